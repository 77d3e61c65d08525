//! Files: announced, uploaded, completed. Source: <https://docs.slack.dev/reference/methods/files.getUploadURLExternal> and
//! its neighbours.
use super::chat::target;
use super::reply::{Failure, Reply};
use crate::acts::messages::thread_root;
use crate::args::{Args, multipart};
use crate::kit;
use crate::shapes;
use crate::state::State;
use crate::state::channels::{Author, Message};
use crate::state::files::File;
use crate::world::World;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Characters of the longest description of an image.
const LONGEST_ALT: usize = 1_000;
/// Places that one call may share files in.
const MOST_CHANNELS: usize = 100;

pub(super) fn get_upload_url(world: &World, state: &mut State, args: &Args) -> Reply {
    let name = args.some("filename").ok_or_else(|| Failure::missing("filename"))?;
    let length = args.some("length").ok_or_else(|| Failure::missing("length"))?;
    let not_a_number = || Failure::arguments(&["[ERROR] must be a number [json-pointer:/length]".to_owned()]);
    let length: usize = length.parse().map_err(|_| not_a_number())?;
    if length == 0 {
        return Err(Failure::from("missing_argument"));
    }
    let alt_txt = args.some("alt_txt");
    if alt_txt.as_ref().is_some_and(|alt| alt.chars().count() > LONGEST_ALT) {
        return Err(Failure::from("alt_txt_too_large"));
    }
    let (id, ticket) = (state.ids.thing("F"), state.ids.secret());
    let file = File {
        id: id.clone(),
        title: name.clone(),
        name,
        user: state.team.bot_user.clone(),
        created: world.seconds(),
        length,
        bytes: None,
        alt_txt,
        complete: false,
        shares: Vec::new(),
    };
    state.files.announce(file, &ticket);
    Ok(json!({"upload_url": format!("{}/upload/{ticket}", world.base()), "file_id": id}))
}

/// Takes the bytes of a file: raw, or as the first file of a multipart body.
pub(crate) fn upload(world: &World, ticket: &str, headers: &HeaderMap, body: &Bytes) -> Response {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let bytes = if kind.to_ascii_lowercase().starts_with("multipart/form-data") {
        let Ok(mut parts) = multipart(kind, body) else { return (StatusCode::BAD_REQUEST, "invalid_form_data").into_response() };
        // A part that says it is a file goes before one that does not.
        parts.sort_by_key(|part| !part.is_file);
        parts.into_iter().next().map(|part| part.bytes).unwrap_or_default()
    } else {
        body.clone()
    };
    match world.state().files.upload(ticket, &bytes) {
        Some(length) => (StatusCode::OK, format!("OK - {length}")).into_response(),
        None => (StatusCode::NOT_FOUND, "invalid_upload_ticket").into_response(),
    }
}

pub(super) fn complete(world: &World, state: &mut State, args: &Args) -> Reply {
    let files = args.json("files", "invalid_arguments")?.ok_or_else(|| Failure::missing("files"))?;
    let asked = named_files(&files)?;
    for (id, _) in &asked {
        let known = state.files.get(id).is_some_and(|file| file.bytes.is_some() && !file.complete);
        if !known {
            return Err(Failure::from("file_not_found"));
        }
    }
    let places = places(world, state, args)?;
    let thread = args.some("thread_ts");
    let mut roots = Vec::new();
    for place in &places {
        let root = thread.as_ref().map(|ts| thread_root(state, place, ts)).transpose().map_err(|_| "thread_not_found")?;
        roots.push(root);
    }
    let blocks = args.json("blocks", "invalid_blocks")?.filter(|_| args.some("initial_comment").is_none());
    if let Some(blocks) = &blocks {
        Failure::of_blocks(&kit::check_blocks(blocks, kit::Surface::Message))?;
    }
    for (id, title) in &asked {
        let Some(file) = state.files.get_mut(id) else { continue };
        file.complete = true;
        title.as_ref().unwrap_or(&file.name).clone_into(&mut file.title);
    }
    for (place, root) in places.iter().zip(roots) {
        let ts = world.next_ts(state);
        for (id, _) in &asked {
            let Some(file) = state.files.get_mut(id) else { continue };
            file.shares.push((place.clone(), ts.clone()));
        }
        let mut message = Message::new(ts, Author::App, args.text("initial_comment").unwrap_or_default());
        message.subtype = Some("file_share");
        message.blocks.clone_from(&blocks);
        message.thread_ts = root;
        message.more.insert("files".to_owned(), shown(world, state, &asked));
        message.more.insert("upload".to_owned(), json!(false));
        world.put(state, place, message);
        let bot = state.team.bot_user.clone();
        for (id, _) in &asked {
            world.tell_of_file(state, (id, &bot), place);
        }
    }
    Ok(json!({"files": shown(world, state, &asked)}))
}

pub(super) fn info(world: &World, state: &mut State, args: &Args) -> Reply {
    let id = args.need("file", "file_not_found")?;
    let file = state.files.get(&id).filter(|file| file.complete).ok_or("file_not_found")?;
    let file = shapes::file(state, file, &world.base());
    Ok(json!({"file": file, "comments": [], "response_metadata": {"next_cursor": ""}}))
}

/// Ids and titles.
fn named_files(files: &Value) -> Result<Vec<(String, Option<String>)>, Failure> {
    let not_a_list = || Failure::arguments(&["[ERROR] must be an array [json-pointer:/files]".to_owned()]);
    let all = files.as_array().filter(|all| !all.is_empty()).ok_or_else(not_a_list)?;
    let one = |(at, file): (usize, &Value)| {
        let text = |name: &str| file.get(name).and_then(Value::as_str).map(str::to_owned);
        let id = text("id");
        id.map(|id| (id, text("title"))).ok_or_else(|| Failure::missing(&format!("id [json-pointer:/files/{at}]")))
    };
    all.iter().enumerate().map(one).collect()
}

/// Where the files are to be shared; nowhere keeps them private.
fn places(world: &World, state: &mut State, args: &Args) -> Result<Vec<String>, Failure> {
    let named = args.some("channels").or_else(|| args.some("channel_id")).unwrap_or_default();
    let named: Vec<&str> = named.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if named.len() > MOST_CHANNELS {
        return Err(Failure::from("channels_limit_exceeded"));
    }
    let mut places = Vec::new();
    for name in named {
        // Names are taken by chat.postMessage alone.
        if !state.channels.contains_key(name) && !state.people.contains_key(name) {
            return Err(Failure::from("channel_not_found"));
        }
        places.push(target(world, state, name)?);
    }
    Ok(places)
}

fn shown(world: &World, state: &State, asked: &[(String, Option<String>)]) -> Value {
    let files = asked.iter().filter_map(|(id, _)| state.files.get(id));
    files.map(|file| shapes::file(state, file, &world.base())).collect()
}

/// The bytes of a file, for whoever looks at the workspace.
pub(crate) fn bytes(state: &State, id: &str) -> Option<Response> {
    let file = state.files.get(id)?;
    let bytes = file.bytes.as_ref()?.to_vec();
    // What an app uploaded must not run as a page of this server.
    let headers = [
        (header::CONTENT_TYPE, file.kind().0),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
    ];
    Some((headers, bytes).into_response())
}

/// The bytes of a file at its `url_private`, for the bot's token. Slack shows others its page for signing in.
pub(crate) fn download(world: &World, id: &str, headers: &HeaderMap) -> Response {
    let token = Args::default().take_token(headers);
    let state = world.state();
    let known = token.as_ref().is_some_and(|token| *token == world.install.bot_token && !state.tokens.revoked.contains(token));
    let may = known && world.install.scopes.contains("files:read");
    if !may {
        return (StatusCode::FORBIDDEN, "Sign in with a token that has files:read.").into_response();
    }
    bytes(&state, id).unwrap_or_else(|| (StatusCode::NOT_FOUND, "file_not_found").into_response())
}
