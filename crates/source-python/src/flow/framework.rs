//! FastAPI's and Starlette's own names, called.

use std::rc::Rc;

use super::Engine;
use super::argument::Arguments;
use super::class::scheme_kind;
use super::exception::Exception;
use super::value::{Parameter, RequestPart, Scheme, Source, Value};

impl<'a> Engine<'a, '_> {
    /// FastAPI's and Starlette's own names.
    pub(super) fn framework(
        &mut self,
        name: &str,
        last: &str,
        arguments: &Arguments<'a>,
    ) -> Option<Value<'a>> {
        if !name.starts_with("fastapi") && !name.starts_with("starlette") {
            return None;
        }
        if let Some(kind) = scheme_kind(name, arguments) {
            let auto_error = match arguments.keyword("auto_error") {
                None => Some(true),
                Some(Value::Bool(value)) => Some(*value),
                Some(_) => None,
            };
            return Some(Value::Scheme(Rc::new(Scheme { kind, auto_error })));
        }
        let source = match last {
            "Header" => Some(Source::Header),
            "Cookie" => Some(Source::Cookie),
            "Query" => Some(Source::Query),
            "Path" => Some(Source::Path),
            "Body" | "Form" | "File" => Some(Source::Body),
            _ => None,
        };
        if let Some(source) = source {
            let default = match arguments.value(0, "default") {
                Some(Value::External(ellipsis)) if ellipsis.as_ref() == "..." => None,
                Some(value) => Some(value.clone()),
                None => None,
            };
            let alias = arguments
                .keyword("alias")
                .and_then(Value::text)
                .map(Rc::from);
            return Some(Value::Parameter(Rc::new(Parameter {
                source,
                alias,
                default,
            })));
        }
        Some(match last {
            "Depends" | "Security" => Value::Depends(Rc::new(
                arguments
                    .value(0, "dependency")
                    .cloned()
                    .unwrap_or(Value::None),
            )),
            "JSONResponse" | "Response" | "PlainTextResponse" | "HTMLResponse"
            | "ORJSONResponse" | "UJSONResponse" => {
                let position = usize::from(true);
                match arguments.value(position, "status_code") {
                    Some(Value::Int(status)) => Value::Response(Some(*status)),
                    Some(_) => Value::Response(None),
                    None => Value::Response(Some(200)),
                }
            }
            "RedirectResponse" => Value::Response(Some(307)),
            "StreamingResponse" | "FileResponse" => Value::Response(Some(200)),
            "HTTPException" => {
                Value::Exception(Exception::Http(match arguments.value(0, "status_code") {
                    Some(Value::Int(status)) => Some(*status),
                    _ => None,
                }))
            }
            "Request" | "HTTPConnection" if !arguments.positional.is_empty() => {
                Value::Request(RequestPart::Whole)
            }
            "WebSocket" if !arguments.positional.is_empty() => Value::Request(RequestPart::Socket),
            "Headers" | "MutableHeaders" => Value::Request(RequestPart::Headers),
            "BaseHTTPMiddleware" | "State" => Value::opaque(),
            _ => return None,
        })
    }
}
