//! Modals, as people fill them in, send them off and close them. Source: <https://docs.slack.dev/surfaces/modals>.
use crate::asks::Origin;
use crate::delivery::Waiting;
use crate::fields::{object, text};
use crate::ids::Ids;
use crate::inputs::{self, Typed};
use crate::interactions::{Outcome, interaction};
use crate::kit;
use crate::refusal::Refusal;
use crate::state::State;
use crate::views::{Owner, View, Views, Which};
use crate::world::{World, person};
use serde_json::{Value, json};
use std::collections::BTreeMap;

impl World {
    /// Somebody sends a modal off, and waits for the app's verdict.
    pub(crate) async fn submit(&self, user: &str, view_id: &str, typed: &Typed) -> Result<Outcome, Refusal> {
        let (user, waiting) = match self.send_submission(user, view_id, typed)? {
            Ok(sent) => sent,
            Err(errors) => return Ok(Outcome { errors, ..Outcome::default() }),
        };
        match self.delivery.answer(waiting).await {
            Ok(answer) => Ok(self.verdict(&user, view_id, &answer)),
            Err(failure) => Ok(Outcome::of(failure)),
        }
    }

    /// Who sent it, and the submission on its way; or what Slack's client itself finds wrong, by block.
    fn send_submission(&self, user: &str, view_id: &str, typed: &Typed) -> Result<Result<(String, Waiting), Wrong>, Refusal> {
        let mut state = self.state();
        let (user, mut view) = topmost(&state, user, view_id)?;
        let nothing = || inputs::elements(view.blocks()).iter().all(|element| element.input.is_none());
        if view.shown.get("submit").is_none_or(Value::is_null) && nothing() {
            return Err(Refusal::new(400, "no_submit", "This modal has nothing to send off."));
        }
        let (held, errors) = inputs::state(view.blocks(), typed, &*state);
        if !errors.is_empty() {
            return Ok(Err(errors));
        }
        view.hold(&held);
        if let Some(kept) = state.views.get_mut(view_id) {
            kept.hold(&held);
        }
        let mut payload = interaction(&state, "view_submission", &user);
        let trigger_id = self.trigger(&mut state, &user, Origin::Modal);
        let response_urls = self.response_urls(&mut state, &user, &view, &held);
        payload.extend(object(json!({"trigger_id": trigger_id, "view": view.shown, "response_urls": response_urls})));
        let waiting = self.deliver(payload, true);
        drop(state);
        Ok(Ok((user, waiting)))
    }

    /// An address for answers into each conversation that was chosen in a menu which asks for one.
    /// Source: <https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload>.
    fn response_urls(&self, state: &mut State, user: &str, view: &View, held: &Value) -> Vec<Value> {
        let elements = inputs::elements(view.blocks());
        let asks = |element: &&inputs::Element<'_>| element.shape.get("response_url_enabled") == Some(&Value::Bool(true));
        // Only menus of input blocks have it.
        let asking = elements.iter().filter(|element| element.input.is_some()).filter(asks);
        let mut urls = Vec::new();
        for element in asking {
            let chosen = held.get(element.block_id).and_then(|block| block.get(element.action_id));
            let Some(id) = chosen.and_then(|fields| fields.get("selected_conversation").or_else(|| fields.get("selected_channel"))) else {
                continue;
            };
            let Some(id) = id.as_str() else { continue };
            // A person stands for the direct message with them.
            let channel_id = if state.people.contains_key(id) { state.direct(id, self.seconds()) } else { id.to_owned() };
            let hook = self.hook(state, "app", (&channel_id, user), None);
            let (block_id, action_id) = (element.block_id, element.action_id);
            urls.push(json!({"block_id": block_id, "action_id": action_id, "channel_id": channel_id, "response_url": hook.url}));
        }
        urls
    }

    /// Does what the app answered to a submission.
    fn verdict(&self, user: &str, view_id: &str, answer: &Value) -> Outcome {
        let mut state = self.state();
        let done = match text(answer, "response_action") {
            "" if answer.is_null() || answer.as_object().is_some_and(serde_json::Map::is_empty) => {
                if state.views.open_for(user).last().is_some_and(|top| top.text("id") == view_id) {
                    state.views.close_top(user);
                }
                Ok(Outcome::done())
            }
            "clear" => {
                state.views.clear(user);
                Ok(Outcome::done())
            }
            "errors" => refused(state.views.get(view_id), answer).ok_or_else(|| "its errors name no field of this modal".to_owned()),
            "update" => shown(&mut state, answer, |views, ids, owner, view| {
                views.update(ids, owner, &Which { id: Some(view_id.to_owned()), external_id: None, hash: None }, view)
            }),
            "push" => shown(&mut state, answer, |views, ids, owner, view| views.push(ids, owner, user, view)),
            other => Err(format!("there is no response_action {other:?}")),
        };
        drop(state);
        self.tick_for("view", "", user);
        done.unwrap_or_else(|why| Outcome::failed("invalid_response", format!("The app's answer cannot be shown: {why}.")))
    }

    /// Somebody closes a modal, or with the X all of them. The app hears of those that asked for it.
    pub(crate) async fn close(&self, user: &str, view_id: &str, all: bool) -> Result<(), Refusal> {
        for closed in self.send_closings(user, view_id, all)? {
            // The modal is gone, whatever the app says to it.
            drop(self.delivery.answer(closed).await);
        }
        Ok(())
    }

    fn send_closings(&self, user: &str, view_id: &str, all: bool) -> Result<Vec<Waiting>, Refusal> {
        let mut state = self.state();
        let (user, top) = topmost(&state, user, view_id)?;
        let all = all || top.flag("clear_on_close");
        let gone: Vec<View> = if all { state.views.clear(&user) } else { state.views.close_top(&user).into_iter().collect() };
        let heard = gone.iter().filter(|view| view.flag("notify_on_close"));
        let waiting = heard.map(|view| {
            let mut payload = interaction(&state, "view_closed", &user);
            payload.extend(object(json!({"view": view.shown, "is_cleared": all})));
            self.deliver(payload, false)
        });
        let waiting = waiting.collect();
        drop(state);
        self.tick_for("view", "", &user);
        Ok(waiting)
    }
}

/// What is wrong, by block.
type Wrong = BTreeMap<String, String>;

/// Shows the view of an answer in the way that it asks for. Errors: what is wrong with it.
fn shown(
    state: &mut State,
    answer: &Value,
    show: impl FnOnce(&mut Views, &mut Ids, &Owner, Value) -> Result<Value, &'static str>,
) -> Result<Outcome, String> {
    let view = answer.get("view").filter(|view| view.is_object()).cloned().ok_or("it has no view")?;
    let view = checked(state, view).map_err(|wrong| wrong.join(", "))?;
    let State { views, ids, team, .. } = state;
    show(views, ids, &team.owner(), view)?;
    Ok(Outcome::done())
}

/// A view that can be shown, with all its ids. Errors: all that is wrong with it.
pub(crate) fn checked(state: &mut State, mut view: Value) -> Result<Value, Vec<String>> {
    let wrong = kit::check_view(&view);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    if let Some(blocks) = view.get_mut("blocks") {
        kit::complete(blocks, &mut || state.ids.part());
    }
    Ok(view)
}

/// The modal that a person sees, and who that is.
fn topmost(state: &State, user: &str, view_id: &str) -> Result<(String, View), Refusal> {
    let user = person(state, user)?.id.clone();
    let top = state.views.open_for(&user).last().map(|view| View::clone(view));
    let top = top.filter(|view| view.text("id") == view_id);
    let top = top.ok_or_else(|| Refusal::new(404, "view_not_found", "They do not have that modal in front of them."))?;
    Ok((user, top))
}

/// What is wrong with which field; nothing where a field is none of the view's.
fn refused(view: Option<&View>, answer: &Value) -> Option<Outcome> {
    let view = view?;
    let fields: Vec<&str> =
        inputs::elements(view.blocks()).iter().filter(|element| element.input.is_some()).map(|element| element.block_id).collect();
    let errors = answer.get("errors").and_then(Value::as_object)?;
    let errors: Option<BTreeMap<String, String>> = errors
        .iter()
        .map(|(block_id, sentence)| Some((block_id.clone(), sentence.as_str().filter(|_| fields.contains(&block_id.as_str()))?.to_owned())))
        .collect();
    errors.filter(|errors| !errors.is_empty()).map(|errors| Outcome { errors, ..Outcome::default() })
}
