use crate::{
    address::request_words,
    http::{Opener, Request},
    site::Site,
    value::{At, Piece},
};

impl<'a> Site<'_, '_, 'a> {
    /// Whether headers among the options are sent: the browser's `EventSource` sends none, one that the project puts in its place may.
    pub(crate) fn sends_headers(&self, request: &Request<'a>) -> bool {
        let mut modules = self.tracer.project.modules.iter();
        request.opener != Opener::EventSource
            || modules.any(|module| {
                ["window", "globalThis", "global", "self"]
                    .iter()
                    .flat_map(|root| module.writes_to(root))
                    .any(|write| write.path == ["EventSource"])
            })
    }

    /// Objects whose headers are sent with a request.
    pub(super) fn headed<'r>(&self, request: &'r Request<'a>) -> &'r [At<'a>] {
        if self.sends_headers(request) {
            &request.options
        } else {
            &[]
        }
    }

    /// Whether an `EventSource`, for which nothing but the address is left, may have a credential in its query.
    pub(super) fn may_ask_by_query(&self, request: &Request<'a>) -> bool {
        if request.opener != Opener::EventSource {
            return false;
        }
        let pieces = request_words(self.tracer, request).pieces;
        let asks = |piece: &Piece| matches!(piece, Piece::Text(text) if text.contains('?'));
        let open = match pieces.as_slice() {
            [
                ..,
                Piece::Text(before),
                Piece::Unknown | Piece::Parameter(..),
            ] => !before.ends_with('/'),
            [.., Piece::Text(_)] => false,
            _ => true,
        };
        open || pieces.iter().any(asks)
    }
}
