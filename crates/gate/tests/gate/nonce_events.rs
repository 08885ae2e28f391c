//! What the log says of secrets of nonces: at a start, at a reload, and in `--check`.

use super::configuration::program;
use super::log::Captured;
use super::world::{World, folder};

const FIRST: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";
const NEXT: &str = "AgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICE";
const REPLACED: &str = "the secrets of nonces were replaced";
const FORGOTTEN: &str = "nonces of replaced secrets are refused from now on forgotten=";

#[tokio::test]
async fn only_secrets_that_change_are_an_event() {
    let log = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let folder = folder();
    let file = folder.join("nonces");
    std::fs::write(&file, format!("{FIRST}\n{NEXT}\n")).unwrap();
    let on = format!(
        "[nonce]\nmode = \"required\"\nsecret_file = \"{}\"",
        file.display()
    );
    let world = World::proxy_with(&on).await;
    world.gate.reload([]).await.unwrap();
    assert!(!log.text().contains(REPLACED), "{}", log.text());
    std::fs::write(&file, NEXT).unwrap();
    let forgets = format!("{on}\nforget_replaced = true");
    for _ in 0..2 {
        world.change(&on, &forgets).await.unwrap();
        world.change(&forgets, &on).await.unwrap();
        let text = log.text();
        assert_eq!(text.matches(REPLACED).count(), 1, "{text}");
        let (_, forgotten) = text.split_once(FORGOTTEN).expect(&text);
        assert_eq!(text.matches(FORGOTTEN).count(), 1, "{text}");
        let before = format!("before={}", forgotten.get(..4).unwrap());
        assert!(text.contains(&before), "{before} in {text}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_check_replaces_no_secret() {
    let folder = folder();
    let (file, config) = (folder.join("nonces"), folder.join("gate.toml"));
    std::fs::write(&file, format!("{FIRST}\n{NEXT}\n")).unwrap();
    let example = include_str!("../../examples/reverse_proxy.toml");
    let nonce = format!(
        "[nonce]\nmode = \"required\"\nsecret_file = \"{}\"\nforget_replaced = true\n",
        file.display()
    );
    std::fs::write(&config, format!("{example}\n{nonce}")).unwrap();
    let mut program = program();
    let program = program.arg("--check").arg("--config").arg(&config);
    let output = program.output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{text}");
    assert!(!text.contains("secrets"), "{text}");
    std::fs::remove_dir_all(folder).unwrap();
}
