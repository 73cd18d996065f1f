//! A plot: a line for each row, a dot for each contestant, time on an axis of powers of ten.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::catalogue::{Described, contestant};
use super::measured::Table;
use super::quantity::{grouped, multiple, time};

const WIDTH: f64 = 1020.0;
const LEFT: f64 = 210.0;
const RIGHT: f64 = 700.0;
const LINE: f64 = 30.0;
const HEAD: f64 = 46.0;
const LEGEND: f64 = 24.0;
/// Contestants in a line of the legend.
const ABREAST: usize = 3;
const FOOT: f64 = 40.0;

/// The axis: from one power of ten to another.
struct Axis {
    from: i32,
    to: i32,
}

impl Axis {
    fn of(times: impl Iterator<Item = f64> + Clone) -> Axis {
        let least = times.clone().fold(f64::INFINITY, f64::min).log10().floor();
        let most = times.fold(1.0, f64::max).log10().ceil();
        Axis { from: least as i32, to: (most as i32).max(least as i32 + 1) }
    }

    fn x(&self, time: f64) -> f64 {
        let along = (time.log10() - f64::from(self.from)) / f64::from(self.to - self.from);
        LEFT + along * (RIGHT - LEFT)
    }
}

/// Draws the tables of a workload below one another, as SVG.
#[must_use]
pub fn draw(title: &str, tables: &[(&Described<'_>, &Table)]) -> String {
    let rows = || tables.iter().flat_map(|(_, table)| &table.rows);
    let times: Vec<f64> = rows().flat_map(|row| row.medians.values().copied()).collect();
    let axis = Axis::of(times.iter().copied());
    let ids = rows().flat_map(|row| row.medians.keys());
    let names: BTreeMap<usize, &str> = ids.map(|id| (contestant(id).0, id.as_str())).collect();

    let top = HEAD + LEGEND * names.len().div_ceil(ABREAST) as f64 + 8.0;
    let height =
        top + tables.iter().map(|(_, table)| LINE * (table.rows.len() as f64 + 1.4)).sum::<f64>() + FOOT;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         font-family=\"Helvetica, Arial, sans-serif\" font-size=\"14\">\n<title>{title}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
    );
    text(&mut svg, (24.0, 30.0), "font-size=\"19\" font-weight=\"bold\" fill=\"#111111\"", title);
    legend(&mut svg, names.into_values());
    let mut y = top;
    for (described, table) in tables {
        y += LINE;
        head(&mut svg, y, described);
        grid(&mut svg, &axis, y + 8.0, y + 10.0 + LINE * table.rows.len() as f64);
        for row in &table.rows {
            y += LINE;
            line(&mut svg, y, &axis, described, &row.name, &row.medians);
        }
        y += 0.4 * LINE;
    }
    times_below(&mut svg, &axis, height - FOOT + 8.0);
    svg.push_str("</svg>\n");
    svg
}

fn legend<'a>(svg: &mut String, ids: impl Iterator<Item = &'a str>) {
    for (at, id) in ids.enumerate() {
        let (_, name, colour) = contestant(id);
        let (x, y) = (32.0 + 290.0 * (at % ABREAST) as f64, HEAD + LEGEND * (at / ABREAST) as f64 + 6.0);
        let _ = writeln!(svg, "<circle cx=\"{x}\" cy=\"{y}\" r=\"6\" fill=\"{colour}\"/>");
        text(svg, (x + 12.0, y + 5.0), "fill=\"#333333\"", name);
    }
}

/// What a table shows, and what the numbers at its right are.
fn head(svg: &mut String, y: f64, described: &Described<'_>) {
    text(svg, (24.0, y), "font-weight=\"bold\" fill=\"#333333\"", described.title);
    let grey = "font-size=\"12\" fill=\"#666666\"";
    text(svg, (RIGHT + 14.0, y), grey, contestant(described.ours).1);
    text(svg, (RIGHT + 104.0, y), grey, &format!("÷ {}", contestant(described.base).1));
}

/// A line for each power of ten.
fn grid(svg: &mut String, axis: &Axis, top: f64, bottom: f64) {
    for power in axis.from..=axis.to {
        let x = axis.x(10f64.powi(power));
        let _ = writeln!(svg, "<path d=\"M{x:.1} {top:.1}V{bottom:.1}\" stroke=\"#dddddd\"/>");
    }
}

/// What the lines of the grid stand for.
fn times_below(svg: &mut String, axis: &Axis, y: f64) {
    for power in axis.from..=axis.to {
        let at = 10f64.powi(power);
        // `1.00 µs` is more than a line in a grid has to say.
        let name = time(at).replace(".00", "").replace(".0", "");
        text(svg, (axis.x(at), y), "text-anchor=\"middle\" font-size=\"12\" fill=\"#666666\"", &name);
    }
}

/// One row: its name, its dots, and what Lictor came to.
fn line(
    svg: &mut String,
    y: f64,
    axis: &Axis,
    described: &Described<'_>,
    name: &str,
    medians: &BTreeMap<String, f64>,
) {
    let middle = y - 5.0;
    let counted = name.bytes().all(|byte| byte.is_ascii_digit());
    let name = if counted { format!("{} {}", grouped(name), described.row) } else { name.to_owned() };
    text(svg, (LEFT - 14.0, y), "text-anchor=\"end\" fill=\"#333333\"", &name);
    let _ = writeln!(svg, "<path d=\"M{LEFT} {middle:.1}H{RIGHT}\" stroke=\"#eeeeee\"/>");
    // Ours last, so that no other dot hides it.
    let mut dots: Vec<(bool, &String, f64)> =
        medians.iter().map(|(id, median)| (id == described.ours, id, *median)).collect();
    dots.sort_by_key(|(ours, id, _)| (*ours, contestant(id).0));
    for (ours, id, median) in dots {
        let (_, full, colour) = contestant(id);
        let radius = if ours { 8 } else { 6 };
        let _ = writeln!(
            svg,
            "<circle cx=\"{:.1}\" cy=\"{middle:.1}\" r=\"{radius}\" fill=\"{colour}\" stroke=\"#ffffff\"><title>{full}: {}</title></circle>",
            axis.x(median),
            time(median)
        );
    }
    if let Some(ours) = medians.get(described.ours) {
        let black = "font-size=\"13\" fill=\"#111111\"";
        text(svg, (RIGHT + 14.0, y), black, &time(*ours));
        if let Some(base) = medians.get(described.base) {
            text(svg, (RIGHT + 104.0, y), black, &multiple(*ours, *base));
        }
    }
}

fn text(svg: &mut String, (x, y): (f64, f64), how: &str, words: &str) {
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" {how}>{words}</text>");
}
