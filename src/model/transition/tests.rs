//! What the table promises of every history of one row.

use proptest::prelude::*;

use super::*;

fn happenings() -> impl Strategy<Value = Happening> {
    prop_oneof![
        Just(Happening::Granted),
        Just(Happening::TooLate),
        Just(Happening::Accepted),
        Just(Happening::Rejected),
        Just(Happening::RateLimited),
        Just(Happening::CredentialsRefused),
        Just(Happening::Unsettled(None)),
        Just(Happening::NotTaken),
        Just(Happening::Abandoned),
        Just(Happening::Panicked),
    ]
}

fn rules() -> impl Strategy<Value = Rules> {
    (any::<bool>(), 0u32..4, any::<bool>()).prop_map(|(at_most_once, retries, is_probing)| Rules {
        delivery: if at_most_once { Delivery::AtMostOnce } else { Delivery::AtLeastOnce },
        retries,
        is_probing,
    })
}

#[test]
fn reading_back_settles_only_what_can_be_nothing_else() {
    use Status::{Disabled, Scheduled, Unknown};
    let seen = [Some(true), Some(false), None];
    assert_eq!(seen.map(|shows| verified(Action::Enable, shows, false)), [Scheduled, Unknown, Unknown]);
    assert_eq!(seen.map(|shows| verified(Action::Enable, shows, true)), [Unknown; 3]);
    assert_eq!(seen.map(|shows| verified(Action::Disable, shows, true)), [Unknown, Disabled, Unknown]);
}

#[test]
fn what_a_row_becomes_when_it_is_read_is_the_tables_first_rows() {
    use Delivery::{AtLeastOnce, AtMostOnce};
    let last = |is_this_schedule, is_accepted| Some(LastEffect { is_this_schedule, is_accepted });
    let of = |last, is_untimely| AtIntake { has_problems: false, is_untimely, last };
    let (accepted, in_doubt) = (last(true, true), last(true, false));
    for delivery in [AtLeastOnce, AtMostOnce] {
        for resend in [false, true] {
            for known in [None, accepted, in_doubt, last(false, true), last(false, false)] {
                let with_problems = AtIntake { has_problems: true, ..of(known, false) };
                assert_eq!(with_problems.arrival(delivery, resend), Arrival::Invalid);
            }
            for other in [None, last(false, true), last(false, false)] {
                assert_eq!(of(other, false).arrival(delivery, resend), Arrival::Queued);
                assert_eq!(of(other, true).arrival(delivery, resend), Arrival::Invalid);
            }
        }
        for is_untimely in [false, true] {
            assert_eq!(of(accepted, is_untimely).arrival(delivery, false), Arrival::Unchanged, "whatever the time");
        }
        assert_eq!(of(accepted, false).arrival(delivery, true), Arrival::Queued);
        assert_eq!(of(accepted, true).arrival(delivery, true), Arrival::Invalid);
    }
    for resend in [false, true] {
        assert_eq!(of(in_doubt, false).arrival(AtLeastOnce, resend), Arrival::Queued);
        assert_eq!(of(in_doubt, true).arrival(AtLeastOnce, resend), Arrival::UnknownAndLate);
        assert_eq!(of(in_doubt, false).arrival(AtMostOnce, resend), Arrival::Unknown);
        assert_eq!(of(in_doubt, true).arrival(AtMostOnce, resend), Arrival::Unknown);
    }
    let doubts =
        [None, accepted, in_doubt, last(false, true), last(false, false)].map(|last| of(last, false).is_in_doubt());
    assert_eq!(doubts, [false, false, true, false, false]);
}

#[test]
fn an_acceptance_ends_the_doubt_and_a_call_given_up_or_a_probe_leaves_the_row_waiting() {
    let rules = Rules { delivery: Delivery::AtLeastOnce, retries: 4, is_probing: false };
    let out = Life::queued(Action::Enable).after(Happening::Granted, rules).0;
    let (waiting, _) = out.after(Happening::Unsettled(None), rules);
    let accepted = waiting.after(Happening::Granted, rules).0.after(Happening::Accepted, rules).0;
    assert_eq!((accepted.state, accepted.may_have_taken_effect), (State::Settled(Status::Scheduled), false));
    let (abandoned, next) = out.after(Happening::Abandoned, rules);
    assert_eq!((abandoned.state, abandoned.may_have_taken_effect, next), (State::Queued, true, Next::Rest));
    let probing = Rules { is_probing: true, retries: 0, ..rules };
    let (probe, next) = out.after(Happening::NotTaken, probing);
    assert_eq!((probe.state, probe.retries), (State::Queued, 0), "a probe uses up no retry");
    assert_eq!(next, Next::BackOff { retry: 0, floor: None });
}

proptest! {
    #[test]
    fn a_row_whose_call_may_have_taken_effect_never_ends_failed_or_invalid(
        steps in prop::collection::vec((happenings(), rules()), 0..60),
    ) {
        let mut life = Life::queued(Action::Enable);
        let mut in_doubt = false;
        for (happening, rules) in steps {
            let before = life;
            life = life.after(happening, rules).0;
            let was_out = before.state == State::InFlight;
            in_doubt |= was_out
                && matches!(happening, Happening::Unsettled(_) | Happening::Abandoned | Happening::Panicked);
            if in_doubt && life.state != State::Settled(Status::Scheduled) {
                prop_assert!(life.may_have_taken_effect);
                prop_assert!(!matches!(life.status(), Status::Failed | Status::Invalid));
            }
            if let State::Settled(_) = before.state {
                prop_assert_eq!(before, life, "a settled row stays as it is");
            }
            if rules.delivery == Delivery::AtMostOnce && was_out
                && matches!(happening, Happening::Unsettled(_) | Happening::Abandoned) {
                prop_assert_eq!(life.state, State::Settled(Status::Unknown));
            }
        }
    }

    #[test]
    fn attempts_after_the_first_are_bounded_by_the_retries(
        retries in 0u32..6, answers in prop::collection::vec(any::<bool>(), 20),
    ) {
        let rules = Rules { delivery: Delivery::AtLeastOnce, retries, is_probing: false };
        let mut life = Life::queued(Action::Enable);
        for unsettled in answers {
            let answer = if unsettled { Happening::Unsettled(None) } else { Happening::NotTaken };
            life = life.after(Happening::Granted, rules).0.after(answer, rules).0;
        }
        prop_assert_eq!(life.attempts, retries + 1);
        prop_assert!(matches!(life.status(), Status::Failed | Status::Unknown));
    }
}

#[test]
fn the_tenth_rate_limited_answer_gives_the_row_up() {
    let rules = Rules { delivery: Delivery::AtLeastOnce, retries: 0, is_probing: false };
    let mut life = Life::queued(Action::Enable);
    for _ in 0..9 {
        life = life.after(Happening::Granted, rules).0.after(Happening::RateLimited, rules).0;
        assert_eq!(life.state, State::Queued);
    }
    life = life.after(Happening::Granted, rules).0.after(Happening::RateLimited, rules).0;
    assert_eq!(life.state, State::Settled(Status::Failed));
}

#[test]
fn the_second_refusal_of_a_row_stops_for_credentials_and_leaves_it_pending() {
    let rules = Rules { delivery: Delivery::AtLeastOnce, retries: 4, is_probing: false };
    let (life, next) =
        Life::queued(Action::Disable).after(Happening::Granted, rules).0.after(Happening::CredentialsRefused, rules);
    assert_eq!(next, Next::RenewCredentials);
    let (life, next) = life.after(Happening::Granted, rules).0.after(Happening::CredentialsRefused, rules);
    assert_eq!((life.state, next), (State::Queued, Next::StopForCredentials));
}
