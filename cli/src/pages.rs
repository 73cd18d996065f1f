//! The pages about codes, as they stand in `docs/codes/`, each within the command.

/// The page about one code.
pub struct Page {
    /// `E0203`
    pub code: &'static str,
    /// The page, in Markdown.
    pub text: &'static str,
}

macro_rules! pages {
    ($($code:literal),* $(,)?) => {
        &[$(Page { code: $code, text: include_str!(concat!("../../docs/codes/", $code, ".md")) }),*]
    };
}

/// In the order in which they are listed: errors of policies, warnings, the command line, bundles, logs.
#[rustfmt::skip]
const PAGES: &[Page] = pages![
    "E0101", "E0102", "E0103", "E0104", "E0105", "E0106", "E0107", "E0110", "E0111", "E0112", "E0113",
    "E0114", "E0115", "E0116", "E0117", "E0118", "E0119", "E0120", "E0121", "E0122", "E0143", "E0130", "E0131",
    "E0132", "E0133",
    "E0201", "E0202", "E0203", "E0204", "E0205", "E0206", "E0207", "E0208", "E0209", "E0210", "E0211",
    "E0212", "E0213", "E0214", "E0215", "E0216", "E0217", "E0218", "E0219", "E0220", "E0221", "E0222",
    "E0223", "E0224", "E0225", "E0226", "E0227", "E0228", "E0230", "E0231", "E0232", "E0233",
    "E0234", "E0235", "E0240", "E0241", "E0242", "E0243", "E0244", "E0245", "E0246", "E0247", "E0248", "E0249",
    "E0250", "E0251", "E0252", "E0253", "E0254", "E0255", "E0256", "E0257", "E0258", "E0259", "E0260",
    "E0301", "E0302", "E0303", "E0304", "E0305", "E0306", "E0307", "E0309", "E0310", "E0311", "E0312",
    "E0313", "E0314", "E0315", "E0316", "E0350", "E0351", "E0352", "E0353", "E0354",
    "E0360", "E0361", "E0362", "E0363",
    "E0370", "E0371", "E0372", "E0373", "E0374", "E0375", "E0376", "E0377",
    "E0401", "E0402", "E0403", "E0404", "E0405", "E0406", "E0407", "E0408", "E0409", "E0410", "E0411", "E0430", "E0431",
    "E0432", "E0433", "E0434", "E0435", "E0436", "E0437", "E0438", "E0440", "E0441", "E0442", "E0443", "E0444",
    "E0445", "E0446", "E0447", "E0448", "E0449", "E0451", "E0452", "E0453", "E0454", "E0455", "E0456", "E0457", "E0458", "E0459", "E0460", "E0467",
    "E0501", "E0502", "E0503", "E0504", "E0505", "E0506", "E0507", "E0508", "E0509", "E0510", "E0511",
    "E0512", "E0513", "E0514", "E0515", "E0520", "E0521", "E0516", "E0517", "E0518",
    "E0601", "E0602", "E0603", "E0604", "E0605", "E0606", "E0607", "E0608", "E0620", "E0621", "E0622", "E0625", "E0626", "E0627", "E0628", "E0629", "E0630",
    "W0101",
    "W0201", "W0202", "W0203", "W0204", "W0205", "W0206", "W0207", "W0208", "W0220", "W0221", "W0222", "W0223", "W0224",
    "W0401", "W0402", "W0410", "W0411", "W0412", "W0413", "W0414", "W0420", "W0421",
    "W0501",
    "W0510", "W0511", "W0601", "W0620",
    "C0101", "C0102", "C0103", "C0104", "C0105", "C0106", "C0107", "C0108", "C0109", "C0110", "C0111",
    "C0112", "C0113", "C0114", "C0115", "C0116", "C0117", "C0118", "C0120", "C0121", "C0122", "C0123", "C0130", "C0140", "C0141", "C0142",
    "C0201", "C0202", "C0203", "C0204", "C0205", "C0206", "C0207", "C0208", "C0209", "C0210", "C0211", "C0212",
    "C0220", "C0221", "C0222", "C0223", "C0224", "C0225", "C0226", "C0227", "C0228",
    "C0230", "C0231",
    "C0240", "C0241", "C0242", "C0243", "C0244", "C0245", "C0246", "C0247", "C0248",
    "B0101", "B0102", "B0103", "B0104", "B0105", "B0106", "B0107", "B0108", "B0109", "B0110", "B0111",
    "B0112", "B0120", "B0121", "B0122", "B0123", "B0124", "B0125", "B0126", "B0130", "B0131", "B0132", "B0133",
    "B0134", "B0135", "B0136", "B0140", "B0141", "B0142", "B0143", "B0160", "B0161", "B0162", "B0163", "B0164",
    "B0165",
    "B0175", "B0176", "B0177", "B0178", "B0179", "B0180", "B0181", "B0182", "B0183",
    "L0101", "L0102", "L0110", "L0111", "L0112", "L0113", "L0120", "L0121", "L0122", "L0130", "L0131", "L0132", "L0133", "L0134", "L0135", "L0136", "L0137", "L0140", "L0141", "L0142", "L0143",
    "L0201", "L0202", "L0203", "L0204", "L0205", "L0206", "L0207", "L0301", "L0302", "L0303", "L0304", "L0305", "L0306", "L0307", "L0308", "L0309", "L0310",
];

impl Page {
    /// What the code says, in a few words: the heading of the page without the code.
    pub fn title(&self) -> &'static str {
        let heading = self.text.lines().next().unwrap_or_default();
        heading.split_once(": ").map_or(heading, |(_, title)| title)
    }

    /// What it means: the text between the heading and the examples.
    pub fn meaning(&self) -> String {
        let lines = self.text.lines().skip(1).take_while(|line| !line.starts_with("## "));
        lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// All pages.
pub fn all() -> impl Iterator<Item = &'static Page> {
    PAGES.iter()
}

/// The page of a code, written in capitals or not.
pub fn find(code: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.code.eq_ignore_ascii_case(code))
}

/// The code that somebody may have meant; the first of equally near ones.
pub fn nearest(code: &str) -> Option<&'static str> {
    lictor_grammar::closest(code, PAGES.iter().map(|page| page.code))
}
