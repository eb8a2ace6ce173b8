//! Who is told that work waits for the office.

use crate::http::Server;

#[tokio::test]
async fn who_listens_at_the_office_hears_of_work_that_waits() {
    let server = Server::new();
    let (mut device, mut other) = (server.device("a-1"), server.device("a-2"));
    let office = server.device("committee");
    let mut mine = device.phone.petition("P-D-A", "Chưa gửi");
    let waiting = mine.take();
    server.move_to_b("a-1");
    let mut at_office = server.listen(&office.token).await;
    let mut elsewhere = server.listen(&other.token).await;
    assert_eq!(at_office.next_seq().await, 0);
    assert_eq!(elsewhere.next_seq().await, 0);

    server.verdicts(&mut device, vec![waiting.clone()]).await;
    assert_eq!(at_office.next_seq().await, 0);
    // Who decides nothing is told of what is stored alone.
    assert!(elsewhere.is_silent());
    let id = server.reviews(&office, "").await.reviews[0].id;
    // Known already, it is no news; what is stored is.
    server.verdicts(&mut device, vec![waiting]).await;
    assert!(at_office.is_silent());
    let stored = other.phone.petition("P-D-A", "Mới").take();
    server.verdicts(&mut other, vec![stored]).await;
    assert_eq!(at_office.next_seq().await, 1);
    assert_eq!(elsewhere.next_seq().await, 1);
    // Others in the office see that it is decided.
    let answer = server.decide(&office, id, "dismiss").await;
    assert_eq!(answer.status, 204);
    assert_eq!(at_office.next_seq().await, 1);
    assert!(elsewhere.is_silent());
}
