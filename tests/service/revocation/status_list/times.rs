//! The last second of each time: of a list from an issuer whose clock is ahead, and of a fetch without a response.

use super::*;

#[tokio::test(start_paused = true)]
async fn tsl_04_list_may_be_issued_up_to_a_minute_ahead() {
    for (ahead, is_usable) in [(59, true), (60, true), (61, false)] {
        let (world, net) = world();
        publish(&net, &good().claim("iat", NOW + ahead));
        if is_usable {
            send(&world, 1).await;
            net_settles().await;
            send(&world, 1).await.assert_passed();
        } else {
            assert_unusable(&world, "in the future").await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn tsl_12_fetch_without_a_response_is_repeated_after_30_s() {
    let (world, net) = world();
    net.hold();
    for (now, fetches) in [(0, 1), (29, 1), (30, 2), (59, 2), (60, 3)] {
        world.clock.set(NOW + now);
        let answer = send(&world, 1).await;
        answer.assert_refused("INFRA", "unavailable_revocation");
        net_settles().await;
        assert_eq!(net.requests().len(), fetches, "{now}");
    }
}
