//! Values of the contract as TypeScript says them.

use betroth_contract::Setting;

use crate::template::quoted;

/// An expression for a setting. A value for development counts only where the build is no production.
pub(crate) fn setting<T>(setting: &Setting<T>, text: impl Fn(&T) -> String) -> String {
    match setting {
        Setting::Literal(value) => quoted(&text(value)),
        Setting::Environment { names, development } => {
            let names = names.as_slice().iter();
            let mut parts: Vec<String> = names.map(|name| format!("process.env.{name}")).collect();
            if let Some(value) = development {
                let value = quoted(&text(value));
                parts.push(format!(
                    "(process.env.NODE_ENV === \"production\" ? undefined : {value})"
                ));
            }
            parts.join(" ??\n    ")
        }
    }
}
