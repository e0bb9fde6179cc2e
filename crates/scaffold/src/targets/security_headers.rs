mod api;
mod web;

use crate::project::Project;
use crate::target::{Output, Target};
use crate::template::TemplateFault;

/// Headers that keep a browser from doing with an answer what nobody meant.
pub(super) const TARGET: Target = Target {
    name: "security-headers",
    about: "security-headers.ts and middleware/headers.py: headers of every answer, and the line of next.config and of the API's entry",
    write,
};

fn write(project: &Project<'_>) -> Result<Vec<Output>, TemplateFault> {
    let mut outputs = web::outputs(project)?;
    for api in &project.apis {
        outputs.extend(api::outputs(project, api)?);
    }
    Ok(outputs)
}
