//! How long a nonce is accepted, by the clocks of the instances (DPOP-45, DPOP-50, DPOP-52).

use std::time::Duration;

use sender_constraint::proof::Nonces;

use super::world::{
    assert_challenged, issue, issue_at, nonce_of, on_clock_skew, required, secrets, send_nonce,
    with,
};
use crate::common::*;

#[tokio::test]
async fn dpop_52_current_and_previous_nonce_are_accepted() {
    for every in [10, 60, 300] {
        let rotating = |nonces: Nonces| nonces.rotation(Duration::from_secs(every)).unwrap();
        for world in [
            with(rotating(Nonces::required(secrets(0)))),
            with(rotating(Nonces::on_clock_skew(secrets(0)))),
        ] {
            let nonce = issue(&world);
            for age in [0, every, 2 * every - 1] {
                world.clock.set(NOW + age);
                let answer = send_nonce(&world, &nonce, NOW + age).await;
                answer.assert_passed();
            }
            world.clock.set(NOW + 2 * every);
            let answer = send_nonce(&world, &nonce, NOW + 2 * every).await;
            assert_challenged(&answer, "proof_nonce_expired");
            // DPOP-45: the new one is another one.
            assert_ne!(nonce_of(&answer), nonce);
        }
    }
}

#[tokio::test]
async fn dpop_50_the_next_nonce_comes_with_a_response_in_the_second_half() {
    for world in [required(), on_clock_skew()] {
        let nonce = issue(&world);
        for (age, is_due) in [(0, false), (59, false), (60, true), (119, true)] {
            world.clock.set(NOW + age);
            let answer = send_nonce(&world, &nonce, NOW + age).await;
            answer.assert_passed();
            let next = answer.header("dpop-nonce");
            assert_eq!(next.is_some(), is_due, "{age}");
            assert_ne!(next, Some(nonce.as_str()));
            if let Some(next) = next {
                let answer = send_nonce(&world, next, NOW + age).await;
                answer.assert_passed();
                assert_eq!(answer.header("dpop-nonce"), None, "once");
            }
        }
    }
}

#[tokio::test]
async fn a_client_that_takes_each_nonce_is_refused_once() {
    let world = required();
    let (mut nonce, mut refusals) = (String::new(), 0);
    for second in 0..1000 {
        world.clock.set(NOW + second);
        loop {
            let answer = send_nonce(&world, &nonce, NOW).await;
            if let Some(next) = answer.header("dpop-nonce") {
                nonce = next.to_owned();
            }
            if answer.status() == 200 {
                break;
            }
            refusals += 1;
        }
    }
    assert_eq!((refusals, world.calls()), (1, 1000));
}

#[tokio::test]
async fn a_nonce_from_the_future_is_accepted_within_the_difference_of_clocks() {
    for world in [required(), on_clock_skew()] {
        let nonce = issue_at(&world, NOW + 5);
        send_nonce(&world, &nonce, NOW).await.assert_passed();
        let nonce = issue_at(&world, NOW + 6);
        let answer = send_nonce(&world, &nonce, NOW).await;
        assert_challenged(&answer, "proof_nonce_from_future");
    }
}

#[tokio::test]
async fn after_the_clock_was_set_back_one_retry_suffices() {
    let world = required();
    world.clock.set(NOW + 3600);
    let nonce = issue(&world);
    send_nonce(&world, &nonce, NOW).await.assert_passed();
    world.clock.set(NOW);
    let answer = send_nonce(&world, &nonce, NOW).await;
    assert_challenged(&answer, "proof_nonce_from_future");
    let nonce = nonce_of(&answer);
    send_nonce(&world, &nonce, NOW).await.assert_passed();
}
