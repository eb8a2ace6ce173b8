//! The review of all units side by side (giao ban), with a whole term behind it: on the screen, followed to its lists,
//! and on paper.

use kiennghi_tests::harness::{Demo, Server};
use serde_json::Value;

use super::axe::examine;
use super::charts::{measure, print_with_bars};
use super::chrome::{DESK, Device, PHONE};
use super::sign_in::{come_in, local};

/// What the tables say: by unit, by number.
const SHOWN: &str = "
    const units = {};
    for (const row of document.querySelectorAll('[data-test=unit-row]')) {
        const numbers = units[row.dataset.id] ??= {};
        for (const count of row.querySelectorAll('[data-count]')) numbers[count.dataset.count] = Number(count.textContent);
    }
    return units;";

/// What the server says, in the same shape.
const TOLD: &str = "
    const briefing = await (await fetch('/api/v1/briefing?term=true')).json();
    const names = { cases_before: 'cases-before', on_time: 'on-time', carried_over: 'carried-over' };
    const units = {};
    for (const unit of [...briefing.units, briefing.total]) {
        const numbers = units[unit.unit] = {};
        for (const [name, value] of Object.entries(unit)) {
            if (typeof value === 'number') numbers[names[name] ?? name] = value;
        }
        for (const { state, count } of unit.states) numbers['state-' + state] = count;
        for (const { outcome, count } of unit.outcomes) numbers['outcome-' + outcome] = count;
    }
    return units;";

fn number(units: &Value, unit: &str, name: &str) -> u64 {
    units[unit][name].as_u64().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn units_stand_side_by_side_and_each_number_opens_its_list() {
    let server = Server::start_on(Demo::of_term());
    let url = local(&server);
    let mut desk = Device::new(DESK).await;
    come_in(&desk, &server, "thuong-truc-huyen").await;
    desk.go(&format!("{url}/review?kind=term")).await;
    desk.find("[data-test=unit-row]").await;

    let (shown, told) = (desk.ask(SHOWN).await, desk.ask(TOLD).await);
    let (units, numbers) = (shown.as_object().expect("units"), told.as_object());
    assert_eq!(units.len(), numbers.expect("units").len());
    assert!(units.len() > 5, "communes stand beside each other");
    for (unit, counts) in units {
        for (name, count) in counts.as_object().expect("numbers") {
            assert_eq!(
                count.as_u64(),
                Some(number(&told, unit, name)),
                "{unit} {name}"
            );
        }
    }
    for (unit, counts) in numbers.expect("units") {
        for name in counts.as_object().expect("numbers").keys() {
            assert!(!shown[unit][name].is_null(), "{unit} {name} is shown");
        }
    }
    assert_eq!(number(&shown, "", "petitions"), 303);
    measure(&desk, "on a desk").await;
    desk.show_as(PHONE).await;
    measure(&desk, "on a phone").await;
    examine(&mut desk, "briefing").await;
    desk.show_as(DESK).await;

    for sheet in print_with_bars(&desk, "print-briefing").await {
        assert!(sheet.lies(), "A4 on its side: {sheet:?}");
    }

    for (unit, name) in [
        ("", "meetings"),
        ("", "petitions"),
        ("", "state-closed"),
        ("QN-DH-02", "petitions"),
        ("QN-DH-02", "cases"),
        ("QN-DH-02", "told"),
    ] {
        let count = number(&shown, unit, name);
        assert!(count > 0, "{unit} {name}");
        let link = format!("[data-test=unit-row][data-id='{unit}'] a[data-count={name}]");
        desk.click(&link).await;
        desk.find(&format!("[data-test=total][data-total='{count}']"))
            .await;
        desk.click("[data-test=back]").await;
        desk.find("[data-test=unit-row]").await;
    }
    desk.click("[data-test=unit-row][data-id=''] a[data-count=overdue], [data-test=unit-row][data-id=''] a[data-count=cases]")
        .await;
    desk.find("[data-test=case-row]").await;
    examine(&mut desk, "briefing-list").await;
}
