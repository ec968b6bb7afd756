//! Views of the client list that people saved. One that asks for what the team alone may ask for comes back only with
//! the pass, its name included.

use diesel::prelude::*;
use serde::Serialize;

use crate::access::{TeamPass, Viewer, Visit};
use crate::audit;
use crate::db::Db;
use crate::db::statements::WrittenOnce;
use crate::error::Result;
use crate::ids::{UserId, ViewId, by_chance};

diesel::table! {
    saved_views (view_id) {
        view_id -> BigInt,
        user_id -> BigInt,
        view_name -> Text,
        parameters -> Text,
        team_parameters -> Nullable<Text>,
        is_shared -> Bool,
        created_date -> Timestamp,
    }
}

/// What is saved.
#[derive(Clone, Debug, Serialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = saved_views)]
pub struct ViewDraft {
    /// What it is called.
    pub view_name: String,
    /// What everyone may ask for.
    pub parameters: String,
    /// What the team alone may ask for.
    pub team_parameters: Option<String>,
    /// Whether everyone sees it who may ask for what it asks for.
    pub is_shared: bool,
}

/// One saved view.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = saved_views)]
pub struct SavedView {
    /// Its id.
    pub view_id: ViewId,
    /// Whose it is.
    pub user_id: UserId,
    /// What was saved.
    #[diesel(embed)]
    pub draft: ViewDraft,
}

/// So many are shown.
const SHOWN: i64 = 30;

type Views = saved_views::BoxedQuery<'static, <Db as Connection>::Backend>;

fn visible(viewer: &Viewer, team: Option<TeamPass>) -> Views {
    let own = saved_views::user_id.eq(viewer.user_id.map_or(0, |id| id.0));
    let query = saved_views::table.filter(own.or(saved_views::is_shared.eq(true))).into_boxed();
    match team {
        Some(_) => query,
        None => query.filter(saved_views::team_parameters.is_null()),
    }
}

/// The views of a person, and then those that are shared, by name.
pub fn list(db: &mut Db, viewer: &Viewer) -> Result<Vec<SavedView>> {
    let is_of_others = saved_views::user_id.ne(viewer.user_id.map_or(0, |id| id.0));
    let query = visible(viewer, viewer.team());
    let query = query.order((is_of_others, saved_views::view_name, saved_views::view_id));
    Ok(query.limit(SHOWN).select(SavedView::as_select()).once().load(db)?)
}

/// One that this person sees.
pub fn find(db: &mut Db, viewer: &Viewer, id: ViewId) -> Result<Option<SavedView>> {
    let query = visible(viewer, viewer.team()).filter(saved_views::view_id.eq(id));
    Ok(query.select(SavedView::as_select()).first(db).optional()?)
}

/// Saves a view. Its id comes by chance, so that gaps between ids do not tell of those that are the team's.
pub fn insert(db: &mut Db, visit: &Visit, user_id: UserId, draft: ViewDraft) -> Result<SavedView> {
    let view = SavedView { view_id: ViewId(by_chance()), user_id, draft };
    let row = (
        &view.draft,
        saved_views::view_id.eq(view.view_id),
        saved_views::user_id.eq(user_id),
        saved_views::created_date.eq(visit.now),
    );
    diesel::insert_into(saved_views::table).values(row).execute(db)?;
    audit::created(db, visit, "saved_views", view.view_id.0, &view.draft)?;
    Ok(view)
}

/// Removes a view.
pub fn delete(db: &mut Db, visit: &Visit, view: &SavedView) -> Result<()> {
    diesel::delete(saved_views::table.filter(saved_views::view_id.eq(view.view_id))).execute(db)?;
    audit::deleted(db, visit, "saved_views", view.view_id.0, &view.draft)
}
