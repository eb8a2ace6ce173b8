//! Changes of a district's fields of work, judged before they are written.

use kiennghi_shared::field_of_work::FieldOfWork;
use kiennghi_shared::limits::FIELDS_OF_WORK_MAX;
use kiennghi_shared::record::Value;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::text::fold;

use super::district::{District, DistrictProblem, are_days, is_name, sound};

impl District {
    pub(super) fn put_field(
        &mut self,
        field: &FieldOfWork,
        was: Option<&FieldOfWork>,
        after: Option<&str>,
    ) -> Result<(), DistrictProblem> {
        sound(!field.code.is_empty() && is_recordable(&field.code))?;
        sound(is_name(&field.name) && is_name(&field.root))?;
        sound(are_days(
            field.valid_from.as_deref(),
            field.valid_to.as_deref(),
        ))?;
        match (self.fields.get(&field.code), was) {
            (Some(_), None) => return Err(DistrictProblem::Taken),
            (known, was) if known != was => return Err(DistrictProblem::Changed),
            _ => {}
        }
        // Papers and spreadsheets know a field by its name.
        let mut others = self.fields.iter();
        if others.any(|other| other.code != field.code && is_mistakable(other, field)) {
            return Err(DistrictProblem::Taken);
        }
        if !self.fields.put(field.clone(), after) {
            return Err(DistrictProblem::NoField);
        }
        sound(self.fields.iter().len() <= FIELDS_OF_WORK_MAX)
    }
}

/// Whether documents can hold a code.
fn is_recordable(code: &str) -> bool {
    let field = Kind::Petition.field("field");
    field.is_some_and(|field| field.accepts(&Value::from(code)).is_ok())
}

/// Whether two fields have one name on one day.
fn is_mistakable(one: &FieldOfWork, other: &FieldOfWork) -> bool {
    let is_over_before = |one: &FieldOfWork, other: &FieldOfWork| {
        let (last, first) = (one.valid_to.as_ref(), other.valid_from.as_ref());
        last.zip(first).is_some_and(|(last, first)| last < first)
    };
    fold(&one.name) == fold(&other.name)
        && !is_over_before(one, other)
        && !is_over_before(other, one)
}
