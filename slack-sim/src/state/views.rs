//! Modals in stacks of three, and each person's Home. Pure: who may open what is asked elsewhere.
//! Source: <https://docs.slack.dev/surfaces/modals>.
use crate::ids::Ids;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Modals that stand on each other.
const MOST_STACKED: usize = 3;

/// Whose view it is.
pub(crate) struct Owner {
    pub(crate) team: String,
    /// Where the app is installed: the team, or the whole enterprise.
    pub(crate) installed: String,
    pub(crate) app: String,
    pub(crate) bot: String,
}

/// A view as it is kept: with all that Slack adds to what the app gave.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) user: String,
    pub(crate) shown: Value,
}

impl View {
    pub(crate) fn text(&self, field: &str) -> &str {
        self.shown.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn flag(&self, field: &str) -> bool {
        self.shown.get(field).and_then(Value::as_bool).unwrap_or_default()
    }

    pub(crate) fn blocks(&self) -> &Value {
        self.shown.get("blocks").unwrap_or(&Value::Null)
    }

    /// What its inputs hold, in Slack's shape.
    pub(crate) fn hold(&mut self, values: &Value) {
        if let Some(fields) = self.shown.as_object_mut() {
            fields.insert("state".to_owned(), json!({"values": values}));
        }
    }
}

/// Which view the app means.
pub(crate) struct Which {
    pub(crate) id: Option<String>,
    pub(crate) external_id: Option<String>,
    /// The state that the app believes to replace; any when left out.
    pub(crate) hash: Option<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Views {
    by_id: BTreeMap<String, View>,
    /// By person, bottom to top.
    stacks: BTreeMap<String, Vec<String>>,
    homes: BTreeMap<String, String>,
}

impl Views {
    /// A new stack with one modal; what the person had open is gone, as in Slack.
    pub(crate) fn open(&mut self, ids: &mut Ids, owner: &Owner, user: &str, view: Value) -> Result<Value, &'static str> {
        self.external_id_is_free(&view, "")?;
        self.clear(user);
        Ok(self.stack(ids, owner, user, view))
    }

    /// One more modal on top.
    pub(crate) fn push(&mut self, ids: &mut Ids, owner: &Owner, user: &str, view: Value) -> Result<Value, &'static str> {
        self.external_id_is_free(&view, "")?;
        match self.stacks.get(user).map_or(0, Vec::len) {
            0 => Err("not_found"),
            MOST_STACKED.. => Err("push_limit_reached"),
            _ => Ok(self.stack(ids, owner, user, view)),
        }
    }

    fn stack(&mut self, ids: &mut Ids, owner: &Owner, user: &str, view: Value) -> Value {
        let id = ids.thing("V");
        let stack = self.stacks.entry(user.to_owned()).or_default();
        let previous = stack.last().cloned();
        stack.push(id.clone());
        let root = stack.first().cloned();
        let more = json!({"id": id, "root_view_id": root, "previous_view_id": previous});
        self.keep(ids, owner, user, (view, more))
    }

    /// Puts another view in the place of one. Inputs with the same ids keep what was typed into them.
    pub(crate) fn update(&mut self, ids: &mut Ids, owner: &Owner, which: &Which, view: Value) -> Result<Value, &'static str> {
        let old = self.find(which).ok_or("not_found")?;
        if which.hash.as_deref().is_some_and(|hash| hash != old.text("hash")) {
            return Err("hash_conflict");
        }
        if old.text("type") != view.get("type").and_then(Value::as_str).unwrap_or_default() {
            return Err("invalid_arguments");
        }
        self.external_id_is_free(&view, old.text("id"))?;
        let user = old.user.clone();
        let place = ["id", "root_view_id", "previous_view_id", "state"]
            .map(|name| (name.to_owned(), old.shown.get(name).cloned().unwrap_or_default()));
        let more = Value::Object(Map::from_iter(place));
        Ok(self.keep(ids, owner, &user, (view, more)))
    }

    /// A person's Home as the app wants it.
    pub(crate) fn publish(
        &mut self,
        ids: &mut Ids,
        owner: &Owner,
        (user, hash): (&str, Option<String>),
        view: Value,
    ) -> Result<Value, &'static str> {
        if let Some(id) = self.homes.get(user).cloned() {
            return self.update(ids, owner, &Which { id: Some(id), external_id: None, hash }, view);
        }
        self.external_id_is_free(&view, "")?;
        let id = ids.thing("V");
        self.homes.insert(user.to_owned(), id.clone());
        let more = json!({"id": id, "root_view_id": id, "previous_view_id": null});
        Ok(self.keep(ids, owner, user, (view, more)))
    }

    fn keep(&mut self, ids: &mut Ids, owner: &Owner, user: &str, (mut shown, more): (Value, Value)) -> Value {
        let Owner { team, installed, app, bot } = owner;
        let usual = json!({
            "private_metadata": "", "callback_id": "", "external_id": "", "state": {"values": {}}, "clear_on_close": false,
            "notify_on_close": false, "close": null, "submit": null, "title": null, "submit_disabled": false,
        });
        let by_slack = json!({
            "team_id": team, "app_id": app, "bot_id": bot, "app_installed_team_id": installed, "hash": ids.thing("1."),
        });
        if let Some(fields) = shown.as_object_mut() {
            for (name, value) in usual.as_object().into_iter().flatten() {
                fields.entry(name).or_insert_with(|| value.clone());
            }
            for source in [by_slack, more] {
                fields.extend(crate::fields::object(source));
            }
        }
        let id = shown.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        self.by_id.insert(id, View { user: user.to_owned(), shown: shown.clone() });
        shown
    }

    fn external_id_is_free(&self, view: &Value, own: &str) -> Result<(), &'static str> {
        let Some(wanted) = view.get("external_id").and_then(Value::as_str).filter(|id| !id.is_empty()) else { return Ok(()) };
        let taken = self.by_id.iter().any(|(id, view)| id != own && view.text("external_id") == wanted);
        if taken { Err("duplicate_external_id") } else { Ok(()) }
    }

    pub(crate) fn find(&self, which: &Which) -> Option<&View> {
        if let Some(id) = &which.id {
            return self.by_id.get(id);
        }
        let external_id = which.external_id.as_deref()?;
        self.by_id.values().find(|view| view.text("external_id") == external_id)
    }

    pub(crate) fn get(&self, id: &str) -> Option<&View> {
        self.by_id.get(id)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut View> {
        self.by_id.get_mut(id)
    }

    /// What a person has open, bottom to top.
    pub(crate) fn open_for(&self, user: &str) -> Vec<&View> {
        let ids = self.stacks.get(user).map(Vec::as_slice).unwrap_or_default();
        ids.iter().filter_map(|id| self.by_id.get(id)).collect()
    }

    pub(crate) fn home(&self, user: &str) -> Option<&View> {
        self.by_id.get(self.homes.get(user)?)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &View> {
        self.by_id.values()
    }

    /// Takes the topmost modal away.
    pub(crate) fn close_top(&mut self, user: &str) -> Option<View> {
        let id = self.stacks.get_mut(user)?.pop()?;
        self.by_id.remove(&id)
    }

    /// Takes all modals away; gives them from top to bottom.
    pub(crate) fn clear(&mut self, user: &str) -> Vec<View> {
        std::iter::from_fn(|| self.close_top(user)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modal(external_id: &str) -> Value {
        json!({"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [], "external_id": external_id})
    }

    fn id(view: &Value) -> String {
        view["id"].as_str().unwrap().to_owned()
    }

    #[test]
    fn modals_stack_up_to_three_and_close_from_the_top() {
        let (mut views, mut ids) = (Views::default(), Ids::new(1));
        let owner = Owner { team: "T1".to_owned(), installed: "T1".to_owned(), app: "A1".to_owned(), bot: "B1".to_owned() };
        assert_eq!(views.push(&mut ids, &owner, "U1", modal("")), Err("not_found"));
        let first = views.open(&mut ids, &owner, "U1", modal("a")).unwrap();
        let second = views.push(&mut ids, &owner, "U1", modal("")).unwrap();
        assert_eq!((&second["previous_view_id"], &second["root_view_id"]), (&first["id"], &first["id"]));
        assert_eq!(views.push(&mut ids, &owner, "U1", modal("a")), Err("duplicate_external_id"));
        views.push(&mut ids, &owner, "U1", modal("")).unwrap();
        assert_eq!(views.push(&mut ids, &owner, "U1", modal("")), Err("push_limit_reached"));
        assert_eq!(views.open_for("U1").len(), 3);
        views.close_top("U1").unwrap();
        assert_eq!(views.open_for("U1").last().unwrap().text("id"), id(&second));
        views.open(&mut ids, &owner, "U1", modal("b")).unwrap();
        assert_eq!(views.open_for("U1").len(), 1, "the old stack stayed");
        assert!(views.open_for("U2").is_empty());
    }

    #[test]
    fn an_update_keeps_what_was_typed_and_minds_the_hash() {
        let (mut views, mut ids) = (Views::default(), Ids::new(1));
        let owner = Owner { team: "T1".to_owned(), installed: "T1".to_owned(), app: "A1".to_owned(), bot: "B1".to_owned() };
        let opened = views.open(&mut ids, &owner, "U1", modal("a")).unwrap();
        views.get_mut(&id(&opened)).unwrap().hold(&json!({"b": {"a": {"type": "plain_text_input", "value": "typed"}}}));
        let which = |hash: Option<&Value>| Which {
            id: None,
            external_id: Some("a".to_owned()),
            hash: hash.and_then(Value::as_str).map(str::to_owned),
        };
        let updated = views.update(&mut ids, &owner, &which(Some(&opened["hash"])), modal("a")).unwrap();
        assert_eq!(updated["state"]["values"]["b"]["a"]["value"], "typed");
        assert_ne!(updated["hash"], opened["hash"]);
        assert_eq!(views.update(&mut ids, &owner, &which(Some(&opened["hash"])), modal("a")), Err("hash_conflict"));
        assert!(views.update(&mut ids, &owner, &which(None), modal("a")).is_ok());
        assert_eq!(views.update(&mut ids, &owner, &which(None), json!({"type": "home", "blocks": []})), Err("invalid_arguments"));
        let home = json!({"type": "home", "blocks": []});
        let first = views.publish(&mut ids, &owner, ("U1", None), home.clone()).unwrap();
        let second = views.publish(&mut ids, &owner, ("U1", None), home.clone()).unwrap();
        assert_eq!(first["id"], second["id"]);
        assert_eq!(views.publish(&mut ids, &owner, ("U1", Some("x".to_owned())), home), Err("hash_conflict"));
    }
}
