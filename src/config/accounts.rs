//! `accounts.csv`: the customers that the company knows, as a spreadsheet saves them. The file may be left out.
//!
//! Nothing in it is carried out: a cell that begins with `=`, `+`, `-` or `@` is a text like any other.

use csv_core::{ReadFieldResult, ReaderBuilder};

use super::kinds::{PERSON, person};
use super::nearest::nearest;
use super::reader::{File, Unfit, quoted};
use crate::domain::account::{Account, AccountFault, AccountId, Accounts, BadAccountId, Key, Reason};
use crate::domain::ids::UserId;

/// The columns, in the order of the file that ships.
const COLUMNS: [&str; 6] = ["id", "name", "aliases", "segment", "value", "owner"];
/// How many faults are told: a list that was exported wrongly would tell one for each of its thousands of lines.
const TOLD: usize = 100;
/// The longest text in a cell, an alias each, in characters.
const LONGEST: usize = 100;

/// A cell: its text without quotes and outer spaces, and its first byte in the file.
struct Cell {
    text: String,
    at: usize,
}

/// The cells of a line; never empty.
type Line = Vec<Cell>;

/// An account, and where its parts stand: first bytes.
struct Placed {
    account: Account,
    /// Of its id, or of the name that its id is made of.
    id: usize,
    has_id: bool,
    name: usize,
    aliases: usize,
}

/// Reads the file. `None` where something is wrong with it.
pub(super) fn read(file: &File<'_>) -> Option<Accounts> {
    let mut lines = lines(file)?.into_iter();
    let Some(header) = lines.next() else { return Some(Accounts::default()) };
    let columns = columns(file, &header)?;
    let mut whole = true;
    let mut placed = Vec::new();
    for line in lines {
        if file.count() >= TOLD {
            file.fault(file.text().len(), "there is more wrong in this file; mend these first, and check again");
            return None;
        }
        let account = account(file, &columns, &line);
        whole &= account.is_some();
        placed.extend(account);
    }
    // The readable ones are held against each other even where others are not, so that their faults are found as well.
    match Accounts::new(placed.iter().map(|placed| placed.account.clone()).collect()) {
        Ok(accounts) => whole.then_some(accounts),
        Err(faults) => {
            faults.iter().take(TOLD).for_each(|fault| tell(file, &placed, *fault));
            None
        }
    }
}

/// All lines with something in them. `None` where quotes leave open where cells end: then nothing else is said.
fn lines(file: &File<'_>) -> Option<Vec<Line>> {
    // The last cell ends with its line, whether the file does or not.
    let text = format!("{}\n", file.text());
    let mut reader = ReaderBuilder::new().delimiter(separator(&text)).build();
    let mut out = vec![0; text.len()];
    let (mut lines, mut line, mut at) = (Vec::new(), Line::new(), 0);
    loop {
        let (result, read, written) = reader.read_field(text.as_bytes().get(at..)?, &mut out);
        let raw = text.get(at..at + read)?;
        // What ended the line before, and blank lines.
        let begin = at + if line.is_empty() { raw.len() - raw.trim_start_matches(['\r', '\n']).len() } else { 0 };
        let raw = text.get(begin..at + read)?;
        at += read;
        let ends_line = match result {
            ReadFieldResult::Field { record_end } => record_end,
            ReadFieldResult::InputEmpty if !raw.is_empty() => {
                file.fault(begin, "a quote begins this cell and none ends it; write a \" at its end");
                return None;
            }
            ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull | ReadFieldResult::End => return Some(lines),
        };
        if let Some(wrong) = wrong_quotes(raw) {
            file.fault(begin, wrong);
            return None;
        }
        let cell = String::from_utf8_lossy(out.get(..written)?);
        line.push(Cell { text: cell.trim().to_owned(), at: begin });
        if ends_line {
            let line = std::mem::take(&mut line);
            // Spreadsheets leave commas of a line that was emptied.
            if line.iter().any(|cell| !cell.text.is_empty()) {
                lines.push(line);
            }
        }
    }
}

/// What stands between cells: spreadsheets of half the world write semicolons, and what is copied from one has tabs.
fn separator(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    [b',', b';', b'\t'].into_iter().find(|separator| header.as_bytes().contains(separator)).unwrap_or(b',')
}

/// What is wrong with the quotes of a cell as the file has it, what ends it included.
fn wrong_quotes(raw: &str) -> Option<&'static str> {
    if raw.trim_start().starts_with('"') && !raw.starts_with('"') {
        return Some("a space stands before the quote of this cell; take it away");
    }
    let ended = raw.trim_end_matches([',', ';', '\t', '\r', '\n', ' ']).ends_with('"') && raw.matches('"').count().is_multiple_of(2);
    let wrong = raw.starts_with('"') && !ended;
    wrong.then_some("the quotes of this cell do not fit; begin and end it with one, and write each \" between them twice")
}

/// For each column of ours, which cell of a line has it. `None` where the header has a fault.
fn columns(file: &File<'_>, header: &Line) -> Option<[Option<usize>; COLUMNS.len()]> {
    let mut columns = [None; COLUMNS.len()];
    let faults = file.count();
    for (n, cell) in header.iter().enumerate().filter(|(_, cell)| !cell.text.is_empty()) {
        let name = cell.text.to_lowercase();
        let known = COLUMNS.iter().zip(&mut columns).find(|(column, _)| **column == name);
        match known {
            Some((_, place @ None)) => *place = Some(n),
            Some((column, Some(_))) => file.fault(cell.at, format!("the column \"{column}\" is there twice; delete one of the two")),
            None => {
                let near = nearest(&name, COLUMNS).or_else(|| COLUMNS.into_iter().find(|column| column.starts_with(&name)));
                let next = match near {
                    Some(near) => format!("did you mean \"{near}\"?"),
                    None => format!("the first line names the columns, and this file knows {}", COLUMNS.join(", ")),
                };
                file.fault(cell.at, format!("unknown column {}; {next}", quoted(&cell.text)));
            }
        }
    }
    let [_, name, ..] = columns;
    if name.is_none() && file.count() == faults {
        file.fault(header.first().map_or(0, |cell| cell.at), "there is no column \"name\"; the first line names the columns");
    }
    (file.count() == faults).then_some(columns)
}

/// Reads a line. No sentence repeats a cell: it may hold names of customers and people.
fn account(file: &File<'_>, columns: &[Option<usize>; COLUMNS.len()], line: &Line) -> Option<Placed> {
    let faults = file.count();
    let nameless = line.iter().enumerate().find(|(n, cell)| !cell.text.is_empty() && !columns.contains(&Some(*n)));
    if let Some((_, cell)) = nameless {
        file.fault(
            cell.at,
            "no column is named above this cell; name it in the first line, or put a text that holds a separator in quotes",
        );
    }
    let [id, name, aliases, segment, value, owner] =
        columns.map(|column| line.get(column?)).map(|cell| cell.filter(|cell| !cell.text.is_empty()));
    for cell in [name, segment, value].into_iter().flatten() {
        check_text(file, cell, &cell.text);
    }
    let called = |cell: &'_ Cell| cell.text.split(';').map(str::trim).filter(|alias| !alias.is_empty()).map(str::to_owned).collect();
    let called: Vec<String> = aliases.map(called).unwrap_or_default();
    for alias in &called {
        check_text(file, aliases?, alias);
    }
    let given = id.map(|id| AccountId::parse(&id.text).map_err(|BadAccountId| id.at));
    if let Some(Err(at)) = given {
        file.fault(at, format!("{BadAccountId}; or leave it out, and it is made of the name"));
    }
    let owner = owner.map(|owner| self::owner(file, owner));
    let Some(name) = name else {
        file.fault(line.first()?.at, "this customer has no name; write one, or delete the line");
        return None;
    };
    let text = |cell: Option<&Cell>| cell.map(|cell| cell.text.clone());
    let account = Account {
        id: given.transpose().ok()?.unwrap_or_else(|| AccountId::of_name(&name.text)),
        name: name.text.clone(),
        aliases: called,
        segment: text(segment),
        value: text(value),
        owner: owner.flatten(),
    };
    let place = |cell: Option<&Cell>| cell.unwrap_or(name).at;
    let placed = Placed { account, id: place(id), has_id: id.is_some(), name: name.at, aliases: place(aliases) };
    (file.count() == faults).then_some(placed)
}

fn check_text(file: &File<'_>, cell: &Cell, text: &str) {
    if text.chars().nth(LONGEST).is_some() || text.chars().any(char::is_control) {
        file.fault(cell.at, format!("expected at most {LONGEST} characters in one line"));
    }
}

fn owner(file: &File<'_>, cell: &Cell) -> Option<UserId> {
    match person(&cell.text) {
        Ok(person) => return Some(person),
        Err(Unfit::Because(why)) => file.fault(cell.at, why),
        Err(Unfit::Other | Unfit::Told) => file.fault(cell.at, format!("expected {}", PERSON.expected)),
    }
    None
}

/// Says what is wrong between customers, at the later of the two.
fn tell(file: &File<'_>, placed: &[Placed], fault: AccountFault) {
    let Some(here) = placed.get(fault.index) else { return };
    let (at, what) = match fault.key {
        Key::Id => (here.id, "this id".to_owned()),
        Key::Name => (here.name, "this name".to_owned()),
        Key::Alias(n) => (here.aliases, format!("alias {}", n + 1)),
    };
    let lines = |first: usize| {
        let first = placed.get(first).map_or(0, |first| file.line(first.name));
        format!("line {first} and line {}", file.line(at))
    };
    let said = match fault.reason {
        Reason::SameId(first) if here.has_id => format!("two customers have this id, in {}; change one", lines(first)),
        Reason::SameId(first) => format!("the names in {} make the same id; give one of them an id of its own", lines(first)),
        Reason::SameName(first) => format!("two customers are called so, in {}: {what} is taken; change one", lines(first)),
        Reason::Short => format!("{what} is too short to be told from other words; write at least two letters, digits or symbols"),
    };
    file.fault(at, said);
}
