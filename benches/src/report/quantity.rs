//! Times, bytes and multiples as people read them: three digits, and the unit that fits.

/// What the numbers of a table are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Times, in nanoseconds. They are drawn as well.
    Time,
    /// Bytes of memory.
    Bytes,
}

impl Quantity {
    /// A number as people read it.
    #[must_use]
    pub fn show(self, number: f64) -> String {
        match self {
            Quantity::Time => time(number),
            Quantity::Bytes => format!("{} B", grouped(&format!("{number:.0}"))),
        }
    }
}

/// A time in nanoseconds: `212 ns`, `1.75 µs`, `583 ms`.
#[must_use]
pub fn time(nanoseconds: f64) -> String {
    let units = [(1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns")];
    // From where three digits would round up into it.
    let (unit, name) =
        units.into_iter().find(|(unit, _)| nanoseconds >= unit * 0.9995).unwrap_or((1.0, "ns"));
    format!("{} {name}", digits(nanoseconds / unit))
}

/// How many times as long: `1.06 ×`, `146 ×`.
#[must_use]
pub fn multiple(of: f64, base: f64) -> String {
    format!("{} ×", digits(of / base))
}

/// Three digits; more before the point where there are more.
fn digits(number: f64) -> String {
    let places = match number {
        ..9.995 => 2,
        ..99.95 => 1,
        _ => 0,
    };
    grouped(&format!("{number:.places$}"))
}

/// A number with its thousands apart, so that what is large is seen to be. Other texts as they are.
#[must_use]
pub fn grouped(text: &str) -> String {
    if text.len() < 4 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.to_owned();
    }
    let (more, last) = text.split_at(text.len() - 3);
    format!("{},{last}", grouped(more))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_and_the_unit_that_fits() {
        let cases = [
            (0.412, "0.41 ns"),
            (9.0, "9.00 ns"),
            (99.96, "100 ns"),
            (999.6, "1.00 µs"),
            (583.4e6, "583 ms"),
            (29e9, "29.0 s"),
        ];
        for (nanoseconds, text) in cases {
            assert_eq!(time(nanoseconds), text);
        }
        assert_eq!(multiple(212.0, 200.0), "1.06 ×");
        assert_eq!(multiple(31_000.0, 2.0), "15,500 ×");
        assert_eq!(grouped("1000000"), "1,000,000");
        assert_eq!([214.6, 5_552.0].map(|bytes| Quantity::Bytes.show(bytes)), ["215 B", "5,552 B"]);
    }
}
