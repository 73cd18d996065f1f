//! What a client says that it can show a person.

use crate::tree::Tree;

/// What a client can show a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Shows {
    /// Links.
    pub links: bool,
    /// Forms.
    pub forms: bool,
}

impl Shows {
    /// What these capabilities say of it. One that declares elicitation, and nothing more of it, shows forms.
    pub fn of(capabilities: Option<&Tree>) -> Shows {
        let Some(Tree::Object(modes)) = capabilities.and_then(|capabilities| capabilities.get("elicitation"))
        else {
            return Shows::default();
        };
        let has = |mode: &str| modes.iter().any(|(name, of)| name == mode && matches!(of, Tree::Object(_)));
        Shows { links: has("url"), forms: modes.is_empty() || has("form") }
    }

    /// What a request of the modern era says of its client.
    pub fn declared(params: Option<&Tree>) -> Shows {
        let meta = params.and_then(|params| params.get("_meta"));
        Shows::of(meta.and_then(|meta| meta.get("io.modelcontextprotocol/clientCapabilities")))
    }
}
