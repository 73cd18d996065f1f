//! A server of the official SDK, which notes what it does: over the standard streams, as a process of its own, or over HTTP.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData, GetPromptRequestParams,
    GetPromptResponse, GetPromptResult, ListPromptsResult, ListResourcesResult, ListToolsResult,
    PaginatedRequestParams, ProgressNotificationParam, Prompt, PromptMessage, ReadResourceRequestParams,
    ReadResourceResponse, ReadResourceResult, Resource, ResourceContents, Role, ServerCapabilities,
    ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{RoleServer, ServerHandler, ServiceExt};
use serde_json::{Value, json};

/// The variable that names the file for its notes.
pub const NOTES: &str = "DESK_NOTES";

#[derive(Clone)]
pub struct Desk {
    notes: Arc<PathBuf>,
}

impl Desk {
    pub fn new(notes: PathBuf) -> Desk {
        Desk { notes: Arc::new(notes) }
    }

    fn note(&self, what: &str) {
        use std::io::Write;
        let file = std::fs::OpenOptions::new().create(true).append(true).open(&*self.notes);
        writeln!(file.unwrap(), "{what}").unwrap();
    }
}

fn tool(name: &'static str, says: &'static str, schema: Value) -> Tool {
    let Value::Object(schema) = schema else { unreachable!() };
    Tool::new(name, says, Arc::new(schema))
}

impl ServerHandler for Desk {
    fn get_info(&self) -> ServerConfig {
        let offers = ServerCapabilities::builder().enable_tools().enable_resources().enable_prompts();
        ServerConfig::new(offers.build())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let amount = json!({ "type": "object", "required": ["amount"],
            "properties": { "amount": { "type": "integer" }, "to": { "type": "string", "maxLength": 40 } } });
        let nothing = json!({ "type": "object" });
        Ok(ListToolsResult::with_all_items(vec![
            tool("refund", "Gives money back", amount),
            tool("wait", "Waits until it is called back", nothing.clone()),
            tool("burn", "Burns everything", nothing),
        ]))
    }

    async fn call_tool(
        &self,
        call: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        match &*call.name {
            "refund" => {
                let amount = call.arguments.unwrap_or_default().remove("amount").unwrap_or_default();
                if let Some(token) = context.meta.get_progress_token() {
                    for done in [1.0, 2.0] {
                        let progress = ProgressNotificationParam::new(token.clone(), done).with_total(2.0);
                        context.peer.notify_progress(progress).await.unwrap();
                    }
                }
                self.note(&format!("refund {amount}"));
                Ok(CallToolResult::success(vec![ContentBlock::text(format!("gave {amount} back"))]).into())
            }
            "wait" => {
                self.note("wait");
                tokio::select! {
                    () = context.ct.cancelled() => self.note("called back"),
                    () = tokio::time::sleep(Duration::from_secs(60)) => self.note("nobody called back"),
                }
                Ok(CallToolResult::success(vec![]).into())
            }
            other => {
                self.note(other);
                Ok(CallToolResult::error(vec![ContentBlock::text("it is all gone")]).into())
            }
        }
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(vec![Resource::new("desk://page", "page")]))
    }

    async fn read_resource(
        &self,
        asked: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        self.note(&asked.uri);
        let page = ResourceContents::text("a page\u{2028}of \"two\" lines\n", asked.uri);
        Ok(ReadResourceResult::new(vec![page]).into())
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::with_all_items(vec![Prompt::new("greet", Some("Greets"), None)]))
    }

    async fn get_prompt(
        &self,
        asked: GetPromptRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        self.note(&asked.name);
        Ok(GetPromptResult::new(vec![PromptMessage::new_text(Role::User, "Good day")]).into())
    }
}

/// Serves over HTTP for as long as the runtime is there; the address.
pub async fn far(notes: PathBuf) -> String {
    let desk = Desk::new(notes);
    let config = StreamableHttpServerConfig::default().with_sse_keep_alive(Some(Duration::from_millis(100)));
    let service = StreamableHttpService::new(
        move || Ok(desk.clone()),
        Arc::new(LocalSessionManager::default()),
        config,
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let _ = axum::serve(listener, axum::Router::new().nest_service("/mcp", service)).await;
    });
    format!("http://{address}/mcp")
}

/// The command that starts it as a process of its own: this program once more, with what tests print kept out of what it says.
pub fn command() -> Vec<String> {
    let this = std::env::current_exe().unwrap();
    let only = "exec \"$0\" --exact mcp::sdk::server::as_a_process --ignored --nocapture 3>&1 1>&2";
    ["sh", "-c", only, this.to_str().unwrap()].map(str::to_owned).to_vec()
}

#[test]
#[ignore = "the other tests start it, over pipes"]
fn as_a_process() {
    let notes = std::env::var_os(NOTES).expect("it is started by other tests");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let out = tokio::net::unix::pipe::OpenOptions::new().open_sender("/dev/fd/3").unwrap();
        let server = Desk::new(notes.into()).serve((tokio::io::stdin(), out)).await.unwrap();
        let _ = server.waiting().await;
    });
    runtime.shutdown_background();
}
