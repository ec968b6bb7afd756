//! How many confidential links clients have: the count takes the pass, as the links do.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::asked::Way;
use super::filter::Selection;
use crate::access::ConfidentialPass;
use crate::db::expressions::{Unlisted, led, unlisted};
use crate::db::schema::clients;

/// The count beside each client of a query: none for those without the pass.
pub fn column(pass: Option<ConfidentialPass>) -> Unlisted<BigInt> {
    unlisted(if pass.is_some() { "clients.confidential_links" } else { "CAST(0 AS BIGINT)" })
}

/// Puts a selection in the order of the number of links that the person may see, or turns that round.
pub fn ordered(pass: Option<ConfidentialPass>, descending: bool, selection: Selection, way: Way) -> Selection {
    let leads = way == Way::InOrder;
    // In the words of the indexes.
    let number: Unlisted<BigInt> = unlisted(if pass.is_some() {
        "(clients.open_links + clients.confidential_links)"
    } else {
        "clients.open_links"
    });
    let (number, name, id) = (led(number, leads), led(clients::name_key, leads), clients::client_id);
    match descending {
        false => selection.order((number.asc(), name.asc(), id.asc())),
        true => selection.order((number.desc(), name.desc(), id.desc())),
    }
}
