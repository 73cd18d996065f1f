//! What came of a policy's tests as JUnit writes it, which pipelines show: a suite for each file, a case for each test and row.

use lictor_suite::{TestResult, actual, expected, title};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::Paint;
use super::tests::why;
use crate::suite::Tested;

/// All tests; of those that failed what was expected, what came of it and why. No times: they would differ from run to run.
pub fn junit(tested: &Tested, whole: bool) -> String {
    let mut report = Report::new(tested.engine.bundle().manifest.name.as_str());
    let mut suites: Vec<TestSuite> = Vec::new();
    for result in &tested.results {
        let (file, [line, ..]) = tested.sources.region(result.case.span).unwrap_or(("", [0; 4]));
        let case = case(tested, result, file, line, whole);
        match suites.iter_mut().find(|suite| suite.name.as_str() == file) {
            Some(suite) => {
                suite.add_test_case(case);
            }
            None => {
                let mut suite = TestSuite::new(file);
                suite.add_test_case(case);
                suites.push(suite);
            }
        }
    }
    report.add_test_suites(suites);
    // What cannot be in XML was taken out when the texts were set.
    report.to_string().unwrap_or_default()
}

fn case(tested: &Tested, result: &TestResult, file: &str, line: usize, whole: bool) -> TestCase {
    let status = if result.passed {
        TestCaseStatus::success()
    } else {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(format!("expected {}, and it is {}", expected(result), actual(result)));
        status.set_type(result.decision.reason_code.as_ref());
        status.set_description(format!(
            "{file}:{line}\n{}\n{}",
            result.decision.reason,
            why(tested, result, whole, Paint::NONE)
        ));
        status
    };
    let mut case = TestCase::new(title(&result.case), status);
    case.set_classname(file);
    case.extra.insert("file".into(), file.into());
    case.extra.insert("line".into(), line.to_string().into());
    case
}
