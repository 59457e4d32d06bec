//! The annex on technical measures for a data protection officer: GDPR article by article, what was tested and what the server sees.

mod words;

use std::collections::BTreeMap;

use harness_evidence::{RequirementResult, Results};

use super::markdown::{Paper, code, prose};
use crate::Language;
use crate::facts::Facts;
use crate::html::relay_view::{Endpoint, RelayView};
use crate::words::fill;
use words::AnnexWords;

/// How many readable fields of a kind of request are named.
const FIELD_LIMIT: usize = 12;

/// The annex in one language; `seen` is what the server saw in the cases.
pub(super) fn tom_annex(results: &Results, seen: &RelayView<'_>, language: Language) -> String {
    let facts = Facts::new(results, language.words());
    let words = AnnexWords::of(language);
    let mut paper = Paper::titled(words.title);
    paper.paragraph(facts.words.page.not_a_certificate);
    paper.paragraph(words.about);
    object(&mut paper, facts, words);
    articles(&mut paper, facts, words);
    regular_testing(&mut paper, facts, words);
    server(&mut paper, facts, seen, words);
    checklist(&mut paper, facts, words);
    paper.chapter(words.to_add);
    paper.list(&words.additions.map(str::to_owned), "");
    paper.chapter(facts.words.page.duties);
    paper.paragraph(facts.words.page.duties_text);
    paper.finish()
}

fn object(paper: &mut Paper, facts: Facts<'_>, words: &AnnexWords) {
    let (target, labels) = (&facts.results.plan.target, &facts.words.labels);
    paper.chapter(words.object);
    let rows = [
        (labels.object, &target.name),
        (labels.relay, &target.relay),
        (labels.client, &target.client),
        (labels.manifest, &target.manifest),
    ];
    let mut items = rows
        .map(|(name, value)| format!("{name}: {}", code(value)))
        .to_vec();
    items.push(prose(&facts.period()));
    items.push(format!("**{}**: {}", facts.heading(), facts.sentence()));
    paper.list(&items, "");
}

/// One table an article that a requirement names, in the order of the articles.
fn articles(paper: &mut Paper, facts: Facts<'_>, words: &AnnexWords) {
    paper.chapter(words.measures).paragraph(words.measures_note);
    let named = by_clause(facts, "GDPR Art. ");
    if named.is_empty() {
        paper.paragraph(words.no_measures);
    }
    for ((number, clause), requirements) in named {
        let about = words.articles.iter().find(|(known, _)| *known == number);
        let about = about.map_or("", |(_, about)| about);
        paper.paragraph(&format!("**{} {}** {about}", words.article, prose(&clause)));
        table(paper, facts, &requirements);
    }
}

fn table(paper: &mut Paper, facts: Facts<'_>, requirements: &[&RequirementResult]) {
    let labels = &facts.words.labels;
    let rows = requirements.iter().map(|one| {
        let text = match facts.words.code {
            "de" => &one.text_de,
            _ => &one.text_en,
        };
        [
            code(&one.id),
            prose(text),
            facts.words.outcome(one.outcome).to_owned(),
            one.checks.len().to_string(),
        ]
    });
    let rows: Vec<_> = rows.collect();
    let head = [labels.id, labels.text, labels.outcome, labels.checks];
    paper.table(head, &rows, facts.words.page.nothing);
}

/// The requirements by the clauses of one source, sorted by the number that a clause begins with.
fn by_clause<'a>(
    facts: Facts<'a>,
    source: &str,
) -> BTreeMap<(u32, String), Vec<&'a RequirementResult>> {
    let mut named: BTreeMap<(u32, String), Vec<&RequirementResult>> = BTreeMap::new();
    for requirement in &facts.results.requirements {
        let clauses = requirement.sources.iter();
        for clause in clauses.filter_map(|one| one.strip_prefix(source)) {
            let clause = clause.split([' ', '[']).next().unwrap_or(clause);
            let digits: String = clause.chars().take_while(char::is_ascii_digit).collect();
            let key = (digits.parse().unwrap_or(u32::MAX), clause.to_owned());
            named.entry(key).or_default().push(requirement);
        }
    }
    named
}

/// Art. 32(1)(d): the run itself is an act of regular testing, and says how well it sees.
fn regular_testing(paper: &mut Paper, facts: Facts<'_>, words: &AnnexWords) {
    let counts = &facts.results.counts;
    let figures = fill(
        words.testing_figures,
        &[
            ("checks", &counts.total().to_string()),
            ("pass", &counts.pass.to_string()),
            ("fail", &counts.fail.to_string()),
            ("na", &counts.not_applicable.to_string()),
            (
                "open",
                &(counts.inconclusive + counts.error + counts.not_run).to_string(),
            ),
        ],
    );
    paper.chapter(words.testing);
    let items = [figures, facts.completeness(), facts.quality()];
    paper.list(&items, "").paragraph(words.testing_note);
}

fn server(paper: &mut Paper, facts: Facts<'_>, seen: &RelayView<'_>, words: &AnnexWords) {
    let texts = &facts.words.relay_view;
    paper.chapter(&format!("4 {}", texts.title));
    if seen.endpoints.is_empty() {
        paper.paragraph(texts.none);
        return;
    }
    let requests = seen.requests.to_string();
    paper.paragraph(&fill(texts.note, &[("count", &requests)]));
    paper.paragraph(texts.always);
    let rows: Vec<_> = seen.endpoints.iter().map(row).collect();
    let head = [texts.endpoint, texts.requests, texts.fields, words.readable];
    paper.table(head, &rows, texts.none);
}

fn row(endpoint: &Endpoint) -> [String; 4] {
    let readable = endpoint
        .fields
        .iter()
        .filter(|field| field.natures.iter().any(|(class, _)| *class == "open"));
    let readable: Vec<_> = readable.map(|field| code(&field.path)).collect();
    let more = readable.len() > FIELD_LIMIT;
    let mut named = readable
        .into_iter()
        .take(FIELD_LIMIT)
        .collect::<Vec<_>>()
        .join(", ");
    if more {
        named.push_str(", …");
    }
    [
        code(&endpoint.class),
        endpoint.requests.to_string(),
        format!("{} / {}", endpoint.readable, endpoint.unreadable),
        if named.is_empty() {
            "–".to_owned()
        } else {
            named
        },
    ]
}

/// The control goals of BDSG section 64(3), which bind law enforcement and serve everybody as a list to go through.
fn checklist(paper: &mut Paper, facts: Facts<'_>, words: &AnnexWords) {
    let mut goals: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for ((number, _), requirements) in by_clause(facts, "BDSG 64(3) no. ") {
        let rows = requirements.iter();
        let rows =
            rows.map(|one| format!("{} ({})", code(&one.id), facts.words.outcome(one.outcome)));
        goals.entry(number).or_default().extend(rows);
    }
    let goals = goals.into_iter();
    let items: Vec<_> = goals
        .map(|(number, rows)| format!("{} {number}: {}", words.goal, rows.join(", ")))
        .collect();
    paper
        .chapter(words.checklist)
        .paragraph(words.checklist_note);
    paper.list(&items, facts.words.page.nothing);
}
