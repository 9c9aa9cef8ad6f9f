use super::*;
use crate::model::{CampaignId, Code};

fn campaign(id: &str, name: &str, state: &str) -> CampaignState {
    CampaignState {
        id: CampaignId::new(id),
        name: CampaignName::new(name),
        state: state.to_owned(),
        is_scheduled: Some(false),
    }
}

fn catalogue(campaigns: Vec<CampaignState>) -> Catalogue {
    let mut catalogue = Catalogue::default();
    page(&mut catalogue, &first(Channel::Voice), campaigns, false, None);
    catalogue
}

fn doubt(catalogue: &Catalogue, name: &str) -> Option<String> {
    catalogue.doubt(&StreamId::new("st-1"), &CampaignName::new(name))
}

fn first(channel: Channel) -> Request {
    Request::Listing { stream: StreamId::new("st-1"), channel, page: 1, skip: 0 }
}

/// Takes a page; gives the request for the next one.
fn page(
    catalogue: &mut Catalogue,
    request: &Request,
    campaigns: Vec<CampaignState>,
    has_more: bool,
    total: Option<u64>,
) -> Option<Request> {
    let rows = u32::try_from(campaigns.len()).unwrap();
    catalogue.take(request, Brought::Content(Content::Page { campaigns, rows, has_more, total }))
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
fn that_a_stream_shows_nothing_is_said() {
    let bare = &told(&catalogue(Vec::new()), "a")[0].2;
    assert!(bare.contains("has no campaign \"a\", nor any other") && bare.contains("check the stream id"), "{bare}");
}

#[test]
fn a_name_that_no_sheet_can_hold_is_to_be_changed_on_the_platform() {
    let text = &told(&catalogue(vec![campaign("1", "trail ", "Ready")]), "trail")[0].2;
    assert!(text.contains("did you mean \"trail \"? rename it on the platform"), "{text}");
}

/// Of a platform without SMS campaigns the one listing that there is counts.
#[test]
fn what_is_missing_from_a_listing_that_was_refused_cannot_be_told() {
    let mut catalogue = catalogue(vec![campaign("1", "Spring EU", "Ready")]);
    catalogue.take(&first(Channel::Sms), Brought::Refused("Invalid type (code 400)".to_owned()));
    assert_eq!((told(&catalogue, "Spring EU"), doubt(&catalogue, "Spring EU")), (vec![], None));
    for name in ["Spirng EU", "spring eu"] {
        assert!(doubt(&catalogue, name).unwrap().contains("Invalid type"), "{name} may be there");
    }
    let [(false, Code::CampaignNotSeen, text)] = &told(&catalogue, "Spirng EU")[..] else { panic!("no warning") };
    let gap = "can't be told: asked for the sms campaigns, the platform said \"Invalid type (code 400)\"";
    assert!(text.contains(gap) && text.ends_with("did you mean \"Spring EU\"?"), "{text}");
    catalogue.take(&first(Channel::Voice), Brought::Refused("no voice".to_owned()));
    let text = &told(&catalogue, "a")[0].2;
    assert!(text.contains("the voice campaigns, the platform said \"no voice\"; asked for the sms"), "{text}");
}

/// The pages of a listing, each with `hasMore` and `totalResults`, and what it lacks after them.
#[test]
fn a_listing_is_as_complete_as_the_platform_says() {
    let rows = |names: &str| names.split(' ').map(|name| campaign(name, name, "Ready")).collect::<Vec<_>>();
    let more = "the platform says that there are more voice campaigns than the 2 that it showed";
    let of = |total, shown| Some(format!("of {total} voice campaigns the platform showed {shown}"));
    for (pages, gap) in [
        (&[("a b", true, None), ("c", false, None)][..], None),
        (&[("a b", false, Some(2))], None),
        // It denies that there is more, and yet has it.
        (&[("a b", false, Some(3)), ("c", false, Some(3))], None),
        (&[("a b", true, None), ("a b", true, None)], Some(more.to_owned())),
        (&[("a b", true, Some(120)), ("a b", true, Some(120))], of(120, 2)),
        // One was deleted meanwhile, so that the second page passed over another.
        (&[("a b", true, Some(4)), ("d", false, Some(3)), ("d", false, Some(3))], of(4, 3)),
    ] {
        let (mut catalogue, mut next) = (Catalogue::default(), Some(first(Channel::Voice)));
        for (names, has_more, total) in pages {
            next = page(&mut catalogue, &next.unwrap(), rows(names), *has_more, *total);
        }
        assert_eq!((next, catalogue.gap(&StreamId::new("st-1"))), (None, gap), "{pages:?}");
    }
}

#[test]
fn campaigns_of_one_name_are_warned_of_and_voice_comes_first_whichever_was_listed_first() {
    let of = |channel| match channel {
        Channel::Voice => vec![campaign("2", "a", "Active")],
        Channel::Sms => vec![campaign("1", "a", "Ready"), campaign("3", "b", "Ready")],
    };
    for order in [[Channel::Voice, Channel::Sms], [Channel::Sms, Channel::Voice]] {
        let mut catalogue = Catalogue::default();
        for channel in order {
            page(&mut catalogue, &first(channel), of(channel), false, None);
        }
        let told = told(&catalogue, "a");
        let codes: Vec<_> = told.iter().map(|(is_problem, code, _)| (*is_problem, *code)).collect();
        assert_eq!(codes, [(false, Code::CampaignNameTwice), (false, Code::CampaignState)], "{order:?}");
        assert!(told[0].2.contains("has 2 campaigns \"a\" (1, 2)"), "{told:?}");
        assert!(doubt(&catalogue, "a").unwrap().contains("2 campaigns"), "either may be the row's");
        assert_eq!((doubt(&catalogue, "b"), doubt(&catalogue, "c")), (None, None));
    }
    // A platform that doesn't tell the kinds apart lists one campaign under both.
    let mut catalogue = catalogue(of(Channel::Sms));
    page(&mut catalogue, &first(Channel::Sms), of(Channel::Sms), false, None);
    assert_eq!(told(&catalogue, "a"), []);
}

#[test]
fn states_that_may_refuse_a_schedule_are_warned_of() {
    let states = ["Active", "Completed", "Ready", "Paused", "Preparing", "Stopped", "Scheduled", "Rescheduled"];
    let catalogue = catalogue(states.map(|state| campaign(state, state, state)).to_vec());
    let warned: Vec<_> = states.into_iter().filter(|state| !told(&catalogue, state).is_empty()).collect();
    assert_eq!(warned, ["Active", "Paused", "Preparing"]);
}

#[test]
fn the_next_page_begins_behind_all_rows_that_were_counted() {
    let counted = Content::Page { campaigns: vec![campaign("1", "a", "Ready")], rows: 10, has_more: true, total: None };
    let second = Catalogue::default().take(&first(Channel::Voice), Brought::Content(counted)).unwrap();
    assert!(matches!(second, Request::Listing { page: 2, skip: 10, .. }));
}
