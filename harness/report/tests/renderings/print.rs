//! The report as data for a typesetter.

use harness_report::{Language, Print, html, print};
use serde_json::Value;

use crate::fixture::{results, transcript};
use crate::hostile::{everything, is_clean};

fn printed(said: &str, language: Language) -> Print {
    let read = |path: &str| transcript(path, said);
    print(&results(said), &read, language).unwrap()
}

#[test]
fn the_verdict_and_its_figures_are_those_of_the_page() {
    for language in [Language::De, Language::En] {
        let read = |path: &str| transcript(path, "quietly");
        let page = html(&results("quietly"), &read, language).unwrap();
        let page = page.replace("&#39;", "'");
        let data = printed("quietly", language).data;
        let first = &data["first"];
        let verdict = &first["verdict"];
        for text in [&verdict["heading"], &verdict["sentence"], &first["quality"]] {
            let text = text.as_str().unwrap();
            assert!(text.len() > 8 && page.contains(text), "{text}");
        }
        let shown = data["failures"].as_array().unwrap().len();
        assert_eq!(shown, page.matches("<article ").count());
    }
}

#[test]
fn a_requirement_that_does_not_hold_names_the_place_where_the_report_says_why() {
    let data = printed("quietly", Language::En).data;
    let requirements = data["requirements"].as_array().unwrap();
    let of = |id: &str| requirements.iter().find(|one| one["id"] == id).unwrap();
    let place = of("CLO-07")["shown"][0]["failure"].as_u64().unwrap();
    let place = usize::try_from(place).unwrap();
    assert_eq!(data["failures"][place]["case"]["check"], "srv-02-throttle");
    assert_eq!(of("AVL-04")["shown"], Value::Array(Vec::new()));
}

#[test]
fn every_drawing_that_the_data_names_is_there_and_has_a_title() {
    let Print { data, drawings } = printed("quietly", Language::De);
    let failures = data["failures"].as_array().unwrap().iter();
    let named = failures.map(|failure| &failure["drawing"]);
    let named = named.chain([&data["durations"]["drawing"]]);
    let mut named: Vec<_> = named.map(|place| place.as_u64().unwrap()).collect();
    named.sort_unstable();
    assert_eq!(named, [0, 1, 2]);
    assert_eq!(drawings.len(), 3);
    for drawing in drawings {
        assert!(drawing.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
        assert_eq!(drawing.matches("<title>").count(), 1);
        assert_eq!(drawing.matches("http").count(), 1);
    }
}

#[test]
fn a_drawing_has_the_same_elements_whatever_a_target_says() {
    let elements = |said: &str| -> Vec<_> {
        let drawings = printed(said, Language::De).drawings;
        assert!(drawings.iter().all(|drawing| is_clean(drawing)));
        let counts = drawings.iter().map(|drawing| drawing.matches('<').count());
        counts.collect()
    };
    let harmless = elements("harmless");
    for said in everything() {
        assert_eq!(elements(&said), harmless, "{said:.80?}");
    }
}
