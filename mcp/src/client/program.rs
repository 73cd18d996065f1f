//! A server that is a program, asked over its pipes.

use std::ffi::OsString;
use std::io;
use std::process::Stdio;
use std::sync::Arc;

use rmcp::model::{ClientJsonRpcMessage, RequestId, ServerJsonRpcMessage};
use rmcp::service::RoleClient;
use rmcp::transport::Transport;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{Mutex, mpsc};

use super::LONGEST;
use super::heard::{Heard, answers};

/// A server that was started, and ends with this.
pub struct Program {
    /// Ends when nobody asks any more.
    _child: Child,
    to: Arc<Mutex<ChildStdin>>,
    lines: mpsc::Receiver<Result<Vec<u8>, String>>,
    heard: Heard,
    /// What was asked last.
    asked: Option<RequestId>,
}

impl Program {
    /// Starts it.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn start(command: &[OsString]) -> Result<Program, String> {
        let (program, arguments) = command.split_first().ok_or("no command was named")?;
        let child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn();
        let mut child = child.map_err(|error| format!("the server could not be started: {error}"))?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("the server has no pipes".to_owned());
        };
        let (lines, came) = mpsc::channel(1);
        tokio::spawn(read(from, lines));
        Ok(Program {
            _child: child,
            to: Arc::new(Mutex::new(to)),
            lines: came,
            heard: Heard::default(),
            asked: None,
        })
    }

    /// What it says.
    pub(super) fn heard(&self) -> Heard {
        self.heard.clone()
    }
}

impl Program {
    /// Whether a message answers something else than what was asked last.
    fn is_late(&self, message: &ServerJsonRpcMessage) -> bool {
        answers(message).is_some_and(|id| self.asked.as_ref() != Some(id))
    }
}

/// Reads line by line, on its own: whoever waits for a line may give up in its middle.
async fn read(from: ChildStdout, lines: mpsc::Sender<Result<Vec<u8>, String>>) {
    let mut from = BufReader::new(from);
    loop {
        let mut line = Vec::new();
        let read = (&mut from).take(LONGEST as u64 + 1).read_until(b'\n', &mut line).await;
        let line = match read {
            Ok(0) => return,
            Ok(read) if read > LONGEST => Err(format!("it has sent a message of more than {LONGEST} bytes")),
            Ok(_) if line.trim_ascii().is_empty() => continue,
            Ok(_) => Ok(line),
            Err(error) => Err(format!("it cannot be read: {error}")),
        };
        let goes_on = line.is_ok();
        if lines.send(line).await.is_err() || !goes_on {
            return;
        }
    }
}

impl Transport<RoleClient> for Program {
    type Error = io::Error;

    fn send(
        &mut self,
        message: ClientJsonRpcMessage,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let to = Arc::clone(&self.to);
        if let ClientJsonRpcMessage::Request(request) = &message {
            self.asked = Some(request.id.clone());
        }
        async move {
            let mut line = serde_json::to_vec(&message)?;
            line.push(b'\n');
            let mut to = to.lock().await;
            to.write_all(&line).await?;
            to.flush().await
        }
    }

    async fn receive(&mut self) -> Option<ServerJsonRpcMessage> {
        loop {
            let line = match self.lines.recv().await? {
                Ok(line) => line,
                Err(why) => {
                    self.heard.is_wrong(why);
                    return None;
                }
            };
            match self.heard.take(&line) {
                // A server that takes long to begin answers at last what was given up: the SDK would take that for an answer to what came after it.
                Ok(Some(message)) if self.is_late(&message) => self.heard.is_late(),
                Ok(Some(message)) => return Some(message),
                Ok(None) => {}
                Err(_) => return None,
            }
        }
    }

    async fn close(&mut self) -> io::Result<()> {
        self.lines.close();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_up_is_passed_over_when_it_is_answered_at_last() {
        let script = r#"read first; read second
            echo '{"jsonrpc":"2.0","id":0,"error":{"code":-32601,"message":"late"}}'
            echo '{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"in time"}}'"#;
        let command = ["sh", "-c", script].map(OsString::from);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut program = Program::start(&command).unwrap();
            for id in 0..2 {
                let ping = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
                program.send(serde_json::from_str(&ping).unwrap()).await.unwrap();
            }
            let Some(ServerJsonRpcMessage::Error(answer)) = program.receive().await else {
                panic!("no answer")
            };
            assert_eq!((answer.id, &*answer.error.message), (Some(RequestId::Number(1)), "in time"));
            assert!(program.heard().was_late());
            assert!(program.receive().await.is_none());
        });
    }
}
