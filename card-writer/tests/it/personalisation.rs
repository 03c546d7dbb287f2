use card_protocol::messages::JobState;

use crate::scene::Scene;

#[test]
fn a_blank_card_is_written_read_back_and_receipted() {
    let mut scene = Scene::new();
    scene.write(&mut scene.new_card()).unwrap();
    assert_eq!(scene.registry.state, JobState::Written);
    let receipt = scene.registry.receipt.as_ref().unwrap();
    let files: Vec<_> = receipt.files.iter().map(|file| file.file.as_str()).collect();
    assert_eq!(
        files,
        ["com", "dg1", "dg2", "dg11", "sod", "chuid", "ccc", "certificate-9a", "certificate-9c"]
    );
    assert!(receipt.transport_keys_dead);
    assert_eq!(Some(receipt.chip_id), scene.registry.chip_id);
}
