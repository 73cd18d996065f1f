//! The page of a request for approval in a real browser, as large as a telephone: Chromium, asked through its own protocol.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::common::Dir;
use crate::desk::Desk;

/// How long a page may take to come, on whatever machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// A telephone: 390 by 844 points.
const PHONE: (u32, u32) = (390, 844);

/// A browser without a window. It is asked with JSON, a zero behind each message, through the two pipes that it is started with.
struct Chromium {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    session: String,
    next: u64,
    _profile: Dir,
}

impl Chromium {
    /// Starts one with a page as large as a telephone; none where there is no Chromium and nobody insists on it.
    fn start() -> Option<Chromium> {
        let program = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
        let program = program.map(PathBuf::from).into_iter().find(|path| path.exists());
        let Some(program) = program else {
            assert!(std::env::var_os("LICTOR_REQUIRE_CHROMIUM").is_none(), "there is no Chromium");
            eprintln!("there is no Chromium on this machine, so this was not tried");
            return None;
        };
        let profile = Dir::new();
        // The protocol's pipes are the files 3 and 4.
        let script = r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#;
        let mut child = Command::new("bash")
            .args(["-c", script])
            .arg(program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--remote-debugging-pipe",
            ])
            .args(["--no-first-run", "--hide-scrollbars", "--force-device-scale-factor=2"])
            .arg(format!("--user-data-dir={}", profile.0.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut chromium = Chromium { child, to, from, session: String::new(), next: 1, _profile: profile };
        let target = chromium.ask("Target.createTarget", json!({ "url": "about:blank" }))["targetId"].clone();
        let attached = chromium.ask("Target.attachToTarget", json!({ "targetId": target, "flatten": true }));
        chromium.session = attached["sessionId"].as_str().unwrap().to_owned();
        let size = json!({ "width": PHONE.0, "height": PHONE.1, "deviceScaleFactor": 2, "mobile": true });
        chromium.ask("Emulation.setDeviceMetricsOverride", size);
        chromium.ask("Page.enable", json!({}));
        // Nothing of the pages needs a script.
        chromium.ask("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
        Some(chromium)
    }

    /// Asks for something that must be answered.
    #[track_caller]
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.try_ask(method, params).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// Asks for something and waits for the answer; events that come meanwhile are passed over.
    fn try_ask(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.next;
        self.next += 1;
        let mut message = json!({ "id": id, "method": method, "params": params });
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.to.write_all(&bytes).unwrap();
        loop {
            let mut answer = Vec::new();
            let read = self.from.by_ref().read_until(0, &mut answer).unwrap();
            assert!(read > 0, "the browser has ended");
            answer.pop();
            let answer: Value = serde_json::from_slice(&answer).unwrap();
            if answer["id"] == json!(id) {
                let error = answer["error"].clone();
                return if error.is_null() { Ok(answer["result"].clone()) } else { Err(error) };
            }
        }
    }

    /// What an expression is worth on the page. It is the test's own, and runs where those of a page may not.
    fn value(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "returnByValue": true });
        let result = self.ask("Runtime.evaluate", params);
        assert!(result["exceptionDetails"].is_null(), "{expression}: {result}");
        result["result"]["value"].clone()
    }

    /// Waits until an expression is true, on whatever page is there by then. While one page gives way to another, nothing can be asked.
    #[track_caller]
    fn until(&mut self, expression: &str) {
        let started = Instant::now();
        let params = json!({ "expression": expression, "returnByValue": true });
        let is_true =
            |asked: Result<Value, Value>| asked.is_ok_and(|asked| asked["result"]["value"] == json!(true));
        while !is_true(self.try_ask("Runtime.evaluate", params.clone())) {
            assert!(started.elapsed() < PATIENCE, "this never came: {expression}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn open(&mut self, address: &str) {
        self.ask("Page.navigate", json!({ "url": address }));
        self.until("document.readyState === 'complete' && location.protocol !== 'about:'");
    }

    /// Touches what a selector finds, in its middle, after it was brought into sight.
    #[track_caller]
    fn press(&mut self, selector: &str) {
        let place = self.value(&format!(
            "(() => {{ const one = document.querySelector({selector:?}); one.scrollIntoView({{block: 'center'}}); \
             const at = one.getBoundingClientRect(); return [at.x + at.width / 2, at.y + at.height / 2]; }})()"
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            let params =
                json!({ "type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1 });
            self.ask("Input.dispatchMouseEvent", params);
        }
    }

    fn write(&mut self, text: &str) {
        self.ask("Input.insertText", json!({ "text": text }));
    }

    /// A picture of all of the page, kept where `LICTOR_PICTURES` says, for people to look at.
    fn picture(&mut self, name: &str) {
        let Some(folder) = std::env::var_os("LICTOR_PICTURES") else { return };
        let shot = self.ask("Page.captureScreenshot", json!({ "captureBeyondViewport": true }));
        let text = shot["data"].as_str().unwrap();
        std::fs::write(PathBuf::from(folder).join(name), unbase64(text)).unwrap();
    }

    fn dark(&mut self, is_dark: bool) {
        let value = if is_dark { "dark" } else { "light" };
        self.ask(
            "Emulation.setEmulatedMedia",
            json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] }),
        );
    }

    fn size(&mut self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700 });
        self.ask("Emulation.setDeviceMetricsOverride", size);
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn unbase64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = Vec::new();
    for four in text.trim_end_matches('=').as_bytes().chunks(4) {
        let bits = four.iter().fold(0u32, |bits, byte| bits << 6 | u32::from(digit(*byte)))
            << (6 * (4 - four.len()));
        bytes.extend(&bits.to_be_bytes()[1..four.len()]);
    }
    bytes
}

/// Whether the page is no wider than the telephone, and nothing of it is cut off at its side.
const FITS: &str = "document.documentElement.scrollWidth <= innerWidth && \
    [...document.querySelectorAll('main *')].every(one => one.getBoundingClientRect().right <= innerWidth + 0.5)";

#[test]
fn a_person_approves_on_a_telephone() {
    let desk = Desk::new();
    let mut asked = desk.asked();
    let long = format!("Corner Cafe \u{202e}{} and what comes behind it", "WWWWWWWWWW".repeat(30));
    asked["fields"][1]["value"] = json!({ "words": [long, 0] });
    let id = desk.wait_for(&asked);
    let server = desk.serve();
    let Some(mut chromium) = Chromium::start() else { return };
    let address = format!("http://{}/approvals/{id}", server.address);
    for (name, state) in [("ann", "You have answered"), ("bob", "approved")] {
        chromium.open(&address);
        chromium.until("location.pathname === '/sign-in'");
        assert_eq!(chromium.value(FITS), json!(true));
        chromium.picture(&format!("sign-in-{name}.png"));
        chromium.press("#key");
        chromium.write(desk.key(name));
        chromium.press("form button");
        chromium
            .until(&format!("location.pathname === '/approvals/{id}' && document.readyState === 'complete'"));
        // No script can read what signs the person in.
        assert_eq!(chromium.value("document.cookie"), json!(""));
        assert_eq!(chromium.value(FITS), json!(true));
        assert_eq!(
            chromium.value("getComputedStyle(document.querySelector('.amounts strong')).fontSize"),
            json!("28px")
        );
        // Large enough for a thumb, and side by side.
        let approve = format!("form[action$='{id}/approve'] button");
        let large = format!(
            "[...document.querySelectorAll('.answer button')].every(one => one.getBoundingClientRect().height >= 44) && \
             document.querySelector({approve:?}).getBoundingClientRect().width >= 120"
        );
        assert_eq!(chromium.value(&large), json!(true));
        for is_dark in [false, true] {
            chromium.dark(is_dark);
            chromium.picture(&format!("approval-{name}-{}.png", if is_dark { "dark" } else { "light" }));
        }
        chromium.press(&approve);
        chromium.until(&format!(
            "document.body.innerText.includes({state:?}) && !document.querySelector('.answer')"
        ));
        chromium.picture(&format!("answered-{name}.png"));
        chromium.press(".who button");
        chromium.until("location.pathname === '/sign-in'");
    }
    assert_eq!(server.get(&format!("/approvals/{id}"), desk.key("aud")).json()["state"], "approved");
}

#[test]
fn the_timeline_is_read_on_a_telephone_and_on_a_desk() {
    let desk = Desk::new();
    let id = desk.wait_for(&desk.asked());
    // A word that ends nowhere makes no page wider.
    let mut long = desk.asked();
    long["demands"][0]["reason"] = format!("200.01 USD to {}", "W".repeat(4_000)).into();
    desk.wait_for(&long);
    let server = desk.serve();
    for (name, word) in [("ann", "approve"), ("bob", "deny")] {
        let answered = server.post(&format!("/approvals/{id}/{word}"), desk.key(name), "");
        assert_eq!(answered.status, 200, "{answered:?}");
    }
    let Some(mut chromium) = Chromium::start() else { return };
    chromium.open(&format!("http://{}/", server.address));
    chromium.press("#key");
    chromium.write(desk.key("aud"));
    chromium.press("form button");
    chromium.until("location.pathname === '/' && document.readyState === 'complete'");
    for (width, height, name) in [(PHONE.0, PHONE.1, "phone"), (1280, 900, "desk")] {
        chromium.size(width, height);
        for path in ["/", "/approvals", "/events/0", "/events/2"] {
            chromium.open(&format!("http://{}{path}", server.address));
            assert_eq!(chromium.value(FITS), json!(true), "{name} {path}");
            chromium.picture(&format!("{name}{}.png", path.replace('/', "-")));
        }
    }
    // What stands in the table stands in it once, in its order.
    chromium.open(&format!("http://{}/", server.address));
    let words = "[...document.querySelectorAll('td .tag')].map(one => one.innerText)";
    // What whoever runs the gateway does stands there as well.
    let words = chromium.value(&format!("{words}.filter(word => !['operator', 'policy'].includes(word))"));
    assert_eq!(words, json!(["refused by a person", "approved", "asked", "asked"]));
}
