//! A client of the official SDK, which shows links and forms and notes what it is told.

use std::sync::{Arc, Mutex};

use rmcp::model::{
    CallToolRequestParams, CallToolResult, ClientCapabilities, ClientConfig, ElicitRequestParams,
    ElicitResult, ElicitationAction, ElicitationCapability, ErrorData, FormElicitationCapability,
    Implementation, ProgressNotificationParam, ProtocolVersion, UrlElicitationCapability,
};
use rmcp::service::{
    ClientLifecycleMode, ClientServiceExt, NotificationContext, RequestContext, RunningService,
};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::{ClientHandler, RoleClient};
use serde_json::Value;
use tokio::process::{Child, Command};

/// In which era it speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Era {
    Legacy,
    Modern,
}

/// Over what.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    Pipes,
    Http,
}

/// All there are.
pub const ALL: [(Era, Way); 4] = [
    (Era::Legacy, Way::Pipes),
    (Era::Legacy, Way::Http),
    (Era::Modern, Way::Pipes),
    (Era::Modern, Way::Http),
];

/// What it does when it is asked something.
pub type Answers = Arc<dyn Fn(ElicitRequestParams) -> ElicitResult + Send + Sync>;

#[derive(Clone)]
pub struct Client {
    era: Era,
    answers: Answers,
    /// Whether it shows forms, beside links.
    forms: bool,
    pub progress: Arc<Mutex<Vec<f64>>>,
}

/// A client that is connected, and the process that it speaks to, where it does over pipes.
pub struct Connected {
    pub server: RunningService<RoleClient, Client>,
    pub client: Client,
    _process: Option<Child>,
}

impl Client {
    pub fn new(era: Era) -> Client {
        let declines: Answers = Arc::new(|_| ElicitResult::new(ElicitationAction::Decline));
        Client { era, answers: declines, forms: false, progress: Arc::default() }
    }

    pub fn answering(self, forms: bool, answers: Answers) -> Client {
        Client { answers, forms, ..self }
    }

    fn lifecycle(&self) -> ClientLifecycleMode {
        match self.era {
            Era::Legacy => ClientLifecycleMode::Initialize,
            Era::Modern => {
                ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] }
            }
        }
    }

    /// Over the pipes of a program that is started for it.
    pub async fn over_pipes(self, mut command: Command) -> Connected {
        let pipes = command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
        let mut process = pipes.kill_on_drop(true).spawn().unwrap();
        let streams = (process.stdout.take().unwrap(), process.stdin.take().unwrap());
        let (client, lifecycle) = (self.clone(), self.lifecycle());
        let server = self.serve_with_lifecycle(streams, lifecycle).await.unwrap();
        Connected { server, client, _process: Some(process) }
    }

    /// Over HTTP.
    pub async fn over_http(self, address: &str) -> Connected {
        let (client, lifecycle) = (self.clone(), self.lifecycle());
        let way = StreamableHttpClientTransport::from_uri(address);
        let server = self.serve_with_lifecycle(way, lifecycle).await.unwrap();
        Connected { server, client, _process: None }
    }
}

impl Connected {
    pub async fn call(&self, tool: &str, arguments: Value) -> CallToolResult {
        self.server.call_tool(call(tool, arguments)).await.unwrap()
    }
}

/// A call of a tool.
pub fn call(tool: &str, arguments: Value) -> CallToolRequestParams {
    let Value::Object(arguments) = arguments else { unreachable!() };
    CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments)
}

/// What the model reads.
pub fn text(result: &CallToolResult) -> String {
    serde_json::to_value(result).unwrap()["content"][0]["text"].as_str().unwrap_or_default().to_owned()
}

impl ClientHandler for Client {
    fn get_info(&self) -> ClientConfig {
        let shows = ElicitationCapability::new().with_url(UrlElicitationCapability::new());
        let forms = FormElicitationCapability::new();
        let shows = if self.forms { shows.with_form(forms) } else { shows };
        let mut can = ClientCapabilities::default();
        can.elicitation = Some(shows);
        ClientConfig::new(can, Implementation::new("tests", "1"))
            .with_protocol_version(ProtocolVersion::V_2025_11_25)
    }

    async fn create_elicitation(
        &self,
        asked: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let answers = Arc::clone(&self.answers);
        Ok(tokio::task::spawn_blocking(move || answers(asked)).await.unwrap())
    }

    async fn on_progress(&self, told: ProgressNotificationParam, _: NotificationContext<RoleClient>) {
        self.progress.lock().unwrap().push(told.progress);
    }
}
