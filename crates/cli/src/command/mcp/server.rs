//! The server: hands each request to a tool or a resource.

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, Implementation, ListResourcesResult, ListToolsResult,
    PaginatedRequestParams, ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult,
    ServerCapabilities, ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};

use super::resource;
use super::tool::{self, Tool};

const INSTRUCTIONS: &str = "\
Betroth tells whether a FastAPI API accepts what a Next.js front end with Better Auth sends, and which routes know who calls. \
Start with `check`; read the page of a finding's rule with `explain` before changing code; call `check` again after each change.";

/// Holds nothing: each request reads the sources as they are at that moment.
#[derive(Clone, Copy)]
pub(super) struct Server;

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_resources()
            .build();
        ServerConfig::new(capabilities)
            .with_server_info(
                Implementation::new("betroth", env!("CARGO_PKG_VERSION")).with_title("Betroth"),
            )
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = tool::ALL.iter().map(Tool::described).collect();
        Ok(ListToolsResult::with_all_items(tools))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(tool) = Tool::named(&request.name) else {
            let why = format!("no tool is named `{}`", request.name);
            return Err(ErrorData::invalid_params(why, None));
        };
        let input = request.arguments.unwrap_or_default();
        // In a thread of its own: the server answers in the meantime, and outlives a reader that does not.
        let result = tokio::task::spawn_blocking(|| tool.call(input))
            .await
            .unwrap_or_else(|_| tool::refused("the reading came to an unexpected end".to_owned()));
        Ok(result.into())
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(resource::list()))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        match resource::read(&request.uri) {
            Ok(contents) => Ok(ReadResourceResult::new(vec![contents]).into()),
            Err(error) => Err(ErrorData::resource_not_found(format!("{error:#}"), None)),
        }
    }
}
