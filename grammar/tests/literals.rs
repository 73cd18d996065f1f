//! What literals are worth, and which are worth nothing.

use lictor_grammar::literal::{date, decimal, duration, integer, time_of_day, timestamp};

#[test]
fn numbers() {
    assert_eq!(decimal("12"), Ok(12_000_000_000));
    assert_eq!(decimal("1_000.5"), Ok(1_000_500_000_000));
    assert_eq!(decimal("0.000000001"), Ok(1));
    assert_eq!(decimal("0.123456789"), Ok(123_456_789));
    assert_eq!(
        decimal("170141183460469231731687303715"),
        Ok(170_141_183_460_469_231_731_687_303_715_000_000_000)
    );
    for wrong in
        ["0.0000000001", "1__0", "1_", "_1", "1._5", "1.", "", "1.2.3", "-1", "x", "1e5", &"9".repeat(31)]
    {
        assert!(decimal(wrong).is_err(), "{wrong}");
    }
    assert_eq!(integer("9_223_372_036_854_775_807"), Ok(i64::MAX));
    assert!(integer("9223372036854775808").is_err());
    assert!(integer("1.0").is_err());
}

#[test]
fn durations() {
    assert_eq!(duration("90s"), Ok(90_000));
    assert_eq!(duration("15m"), Ok(900_000));
    assert_eq!(duration("24h"), duration("1d"));
    assert_eq!(duration("7d"), duration("1w"));
    for wrong in ["", "s", "1", "1y", "1.5h", "9223372036854775807w", "é"] {
        assert!(duration(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn dates_and_times() {
    assert_eq!(date("1970-01-01"), Ok(0));
    assert_eq!(date("2000-02-29"), Ok(11_016));
    assert_eq!(date("2026-03-01"), Ok(20_513));
    assert_eq!(date("1969-12-31"), Ok(-1));
    for wrong in
        ["1900-02-29", "2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-1-01", "2026-01-01 "]
    {
        assert!(date(wrong).is_err(), "{wrong}");
    }
    assert_eq!(time_of_day("08:00"), Ok(28_800));
    assert_eq!(time_of_day("23:59:59"), Ok(86_399));
    for wrong in ["24:00", "08:60", "8:00", "08:00:60", "08", "", "08-00"] {
        assert!(time_of_day(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn moments() {
    assert_eq!(timestamp("1970-01-01T00:00:00Z"), Ok(0));
    assert_eq!(timestamp("2026-03-01T10:00:00Z"), Ok(1_772_359_200_000));
    assert_eq!(timestamp("2026-03-01T11:00:00+01:00"), timestamp("2026-03-01T10:00:00Z"));
    assert_eq!(timestamp("2026-02-28T23:30:00-10:30"), timestamp("2026-03-01T10:00:00Z"));
    assert_eq!(timestamp("2026-03-01T10:00:00.5Z"), Ok(1_772_359_200_500));
    assert_eq!(timestamp("2026-03-01T10:00:00.025Z"), Ok(1_772_359_200_025));
    for wrong in [
        "2026-03-01",
        "2026-03-01T10:00:00",
        "2026-03-01T10:00Z",
        "2026-03-01T23:59:60Z",
        "2026-03-01T10:00:00.Z",
        "2026-03-01T10:00:00.1234Z",
        "2026-03-01T10:00:00+24:00",
        "2026-03-01T10:00:00+0100",
        "2026-02-30T10:00:00Z",
        "T",
        "2026-03-01TZ",
        "2026-03-01T+",
    ] {
        assert!(timestamp(wrong).is_err(), "{wrong}");
    }
}

/// Every day of 400 years follows the one before it.
#[test]
fn the_calendar_has_no_holes() {
    let mut expected = date("1900-01-01").unwrap();
    for year in 1900..2300 {
        for month in 1..=12 {
            for day in 1..=31 {
                if let Ok(days) = date(&format!("{year:04}-{month:02}-{day:02}")) {
                    assert_eq!(days, expected);
                    expected += 1;
                }
            }
        }
    }
    assert_eq!(Ok(expected), date("2300-01-01"));
}
