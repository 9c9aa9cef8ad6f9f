use super::*;
use crate::model::Code;

fn campaign(id: &str, name: &str, state: &str) -> CampaignState {
    CampaignState {
        id: CampaignId::new(id),
        name: CampaignName::new(name),
        state: state.to_owned(),
        is_scheduled: Some(false),
    }
}

fn catalogue(campaigns: Vec<CampaignState>) -> Catalogue {
    let mut listing = Listing::default();
    listing.add(campaigns);
    Catalogue { streams: HashMap::from([(StreamId::new("st-1"), listing)]) }
}

fn told(catalogue: &Catalogue, name: &str) -> Vec<(bool, Code, String)> {
    let findings = catalogue.findings(&StreamId::new("st-1"), &CampaignName::new(name), None);
    findings.into_iter().map(|found| (found.is_problem, found.finding.code, found.finding.to_string())).collect()
}

#[test]
fn names_are_compared_after_nfc_and_a_difference_of_case_is_a_warning() {
    let catalogue = catalogue(vec![campaign("1", "Caf\u{e9}", "Ready"), campaign("2", "Spring | EU", "Ready")]);
    assert_eq!(told(&catalogue, "Cafe\u{301}"), []);
    let folded = told(&catalogue, "spring | eu");
    assert_eq!((folded[0].0, folded[0].1), (false, Code::CampaignNameCase));
    assert!(folded[0].2.contains("\"Spring | EU\""), "{folded:?}");
}

#[test]
fn a_name_of_its_own_beats_one_that_differs_by_case() {
    let catalogue = catalogue(vec![campaign("1", "spring", "Active"), campaign("2", "Spring", "Ready")]);
    assert_eq!(told(&catalogue, "Spring"), []);
}

#[test]
fn a_missing_campaign_is_a_problem_that_names_the_nearest() {
    let catalogue = catalogue(vec![campaign("1", "Spring EU", "Ready"), campaign("2", "Autumn", "Ready")]);
    let [(true, Code::CampaignNotFound, text)] = &told(&catalogue, "Spirng EU")[..] else { panic!("no problem") };
    assert!(text.ends_with("did you mean \"Spring EU\"?"), "{text}");
    let far = &told(&catalogue, "zebra")[0].2;
    assert!(far.contains("stream st-1 has no campaign \"zebra\"") && far.contains("check the name"), "{far}");
    assert!(!far.contains("that can be seen") && !far.contains("nor any other"), "{far}");
}

#[test]
fn that_a_stream_shows_nothing_or_not_all_is_said_with_what_it_lacks() {
    let bare = &told(&catalogue(Vec::new()), "a")[0].2;
    assert!(bare.contains("has no campaign \"a\", nor any other") && bare.contains("check the stream id"), "{bare}");
    let mut refusing = Listing::default();
    refusing.refusals.extend(["no voice".to_owned(), "no SMS".to_owned()]);
    let catalogue = Catalogue { streams: HashMap::from([(StreamId::new("st-1"), refusing)]) };
    let refused = &told(&catalogue, "a")[0].2;
    assert!(refused.contains("has no campaign \"a\" that can be seen (no voice; no SMS)"), "{refused}");
    assert!(!refused.contains("nor any other") && refused.contains("check the name"), "{refused}");
}

#[test]
fn states_that_may_refuse_a_schedule_are_warned_of() {
    let states = ["Active", "Completed", "Ready", "Paused", "Preparing", "Stopped", "Scheduled", "Rescheduled"];
    let catalogue = catalogue(states.map(|state| campaign(state, state, state)).to_vec());
    let warned: Vec<_> = states.into_iter().filter(|state| !told(&catalogue, state).is_empty()).collect();
    assert_eq!(warned, ["Active", "Paused", "Preparing"]);
}

#[test]
fn a_listing_that_gives_the_same_page_for_ever_is_read_once() {
    let mut catalogue = Catalogue::default();
    let first = Request::Listing { stream: StreamId::new("st-1"), channel: Channel::Voice, page: 1, skip: 0 };
    let page =
        || Brought::Content(Content::Page { campaigns: vec![campaign("1", "a", "Ready")], rows: 10, has_more: true });
    let second = catalogue.take(&first, page()).unwrap();
    assert!(matches!(second, Request::Listing { page: 2, skip: 10, .. }));
    assert_eq!(catalogue.take(&second, page()), None);
}
