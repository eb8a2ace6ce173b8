//! Changes of what a district has said about deadlines, judged before they are written.

use kiennghi_shared::calendar::{Day, Holiday};
use kiennghi_shared::deadline::{DeadlineChange, Rule};
use kiennghi_shared::limits::{RULE_WORKING_DAYS_MAX, WARN_WORKING_DAYS_MAX};

use super::district::{District, DistrictProblem, is_name, sound};

fn is_day(text: &str) -> bool {
    Day::parse(text).is_some()
}

impl District {
    pub(super) fn change_deadlines(
        &mut self,
        change: &DeadlineChange,
    ) -> Result<(), DistrictProblem> {
        match change {
            DeadlineChange::PutRule { rule, was } => self.put_rule(rule, was.as_ref()),
            DeadlineChange::EndRule { was, valid_to } => {
                sound(is_day(valid_to))?;
                let rules = &mut self.deadlines.rules;
                let rule = rules.iter_mut().find(|rule| rule.name() == was.name());
                let rule = rule.ok_or(DistrictProblem::NoRule)?;
                if rule != was {
                    return Err(DistrictProblem::Changed);
                }
                rule.valid_to = Some(valid_to.clone());
                Ok(())
            }
            DeadlineChange::PutHoliday(holiday) => {
                sound(is_day(&holiday.day) && is_name(&holiday.name))?;
                let holidays = &mut self.deadlines.holidays;
                holidays.retain(|other| other.day != holiday.day);
                let later = |other: &Holiday| other.day > holiday.day;
                let at = holidays.iter().position(later).unwrap_or(holidays.len());
                holidays.insert(at, holiday.clone());
                Ok(())
            }
            DeadlineChange::DropHoliday(day) => {
                let holidays = &mut self.deadlines.holidays;
                let at = holidays.iter().position(|holiday| holiday.day == *day);
                holidays.remove(at.ok_or(DistrictProblem::NoHoliday)?);
                Ok(())
            }
            DeadlineChange::SetWarning(working_days) => {
                sound(*working_days <= WARN_WORKING_DAYS_MAX)?;
                self.deadlines.warn_working_days = *working_days;
                Ok(())
            }
        }
    }

    fn put_rule(&mut self, rule: &Rule, was: Option<&Rule>) -> Result<(), DistrictProblem> {
        self.unit(&rule.unit).ok_or(DistrictProblem::NoUnit)?;
        sound((1..=RULE_WORKING_DAYS_MAX).contains(&rule.working_days))?;
        sound(is_day(&rule.valid_from) && rule.valid_to.as_deref().is_none_or(is_day))?;
        let ends_before = |last: &String| *last < rule.valid_from;
        sound(!rule.valid_to.as_ref().is_some_and(ends_before))?;
        sound(rule.note.is_empty() || is_name(&rule.note))?;
        let rules = &mut self.deadlines.rules;
        match rules.binary_search_by(|other| other.name().cmp(&rule.name())) {
            Ok(at) if was == Some(&rules[at]) => rules[at] = rule.clone(),
            Ok(_) if was.is_none() => return Err(DistrictProblem::Taken),
            Err(at) if was.is_none() => rules.insert(at, rule.clone()),
            _ => return Err(DistrictProblem::Changed),
        }
        Ok(())
    }
}
