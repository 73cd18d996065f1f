//! Server-sent events: their bytes, and the message in each.

/// The most bytes of one event.
const LONGEST: usize = 64 << 20;

/// Cuts a stream into events.
#[derive(Default)]
pub struct Events {
    left: Vec<u8>,
}

/// An event, as it came.
pub struct Event {
    /// All its lines, with the empty one at its end.
    pub bytes: Vec<u8>,
}

impl Events {
    /// Takes what came; the events that are whole now.
    ///
    /// # Errors
    /// One is longer than any should be.
    pub fn take(&mut self, bytes: &[u8]) -> Result<Vec<Event>, &'static str> {
        self.left.extend_from_slice(bytes);
        let mut whole = Vec::new();
        while let Some(end) = end(&self.left) {
            let rest = self.left.split_off(end);
            whole.push(Event { bytes: std::mem::replace(&mut self.left, rest) });
        }
        if self.left.len() > LONGEST { Err("an event is longer than any should be") } else { Ok(whole) }
    }
}

/// Where the first event ends: behind the first empty line. Lines end in `\n`, `\r\n` or `\r`.
fn end(bytes: &[u8]) -> Option<usize> {
    let (mut at, mut is_empty) = (0, true);
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'\n' | b'\r' => {
                if *byte == b'\r' {
                    // Whether a line feed follows is not known yet.
                    if bytes.get(at)? == &b'\n' {
                        at += 1;
                    }
                }
                if is_empty {
                    return Some(at);
                }
                is_empty = true;
            }
            _ => is_empty = false,
        }
    }
    None
}

impl Event {
    /// The lines, without their ends.
    fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.bytes.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.is_empty())
    }

    /// The message in it; nothing where it has none.
    pub fn message(&self) -> Option<Vec<u8>> {
        let data: Vec<&[u8]> = self
            .lines()
            .map(|line| line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line))
            .filter_map(|line| if line == b"data" { Some(&b""[..]) } else { line.strip_prefix(b"data:") })
            .map(|data| data.strip_prefix(b" ").unwrap_or(data))
            .collect();
        let message = data.join(&b'\n');
        (!message.iter().all(u8::is_ascii_whitespace)).then_some(message)
    }

    /// The same event with another message.
    pub fn with(&self, message: &[u8]) -> Vec<u8> {
        let is_data = |line: &&[u8]| line.starts_with(b"data");
        let mut bytes = Vec::new();
        for line in self.lines().filter(|line| !is_data(line)) {
            bytes.extend_from_slice(line);
            bytes.push(b'\n');
        }
        bytes.extend_from_slice(b"data: ");
        bytes.extend_from_slice(message);
        bytes.extend_from_slice(b"\n\n");
        bytes
    }
}
