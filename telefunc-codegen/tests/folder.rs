//! What a generation does to the folder it writes to, and what it leaves alone.

mod fixture;

use std::fs;
use std::path::{Path, PathBuf};

use telefunc_codegen::{Builder, Emit, Error};

/// An empty folder of its own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("folder").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_second_run_changes_nothing() {
    let folder = folder("second").join("client");
    let first = Builder::new(&folder).generate().unwrap();
    assert!(first.unchanged.is_empty() && first.written.contains(&"fixture/todos.ts".to_owned()));
    let time = |name: &str| fs::metadata(folder.join(name)).unwrap().modified().unwrap();
    let before = time("fixture/todos.ts");
    let second = Builder::new(&folder).generate().unwrap();
    assert!(second.written.is_empty() && second.removed.is_empty());
    assert_eq!(second.unchanged, first.written);
    assert_eq!(time("fixture/todos.ts"), before);
    Builder::new(&folder).check().unwrap();
}

#[test]
fn line_ends_that_version_control_changed_do_not_count() {
    let folder = folder("line-ends").join("client");
    Builder::new(&folder).generate().unwrap();
    let path = folder.join("fixture.ts");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace('\n', "\r\n")).unwrap();
    Builder::new(&folder).check().unwrap();
}

#[test]
fn files_of_earlier_generations_go_with_their_folders_and_others_stay() {
    let folder = folder("stale");
    Builder::new(&folder).generate().unwrap();
    let ours = fs::read_to_string(folder.join("fixture.ts")).unwrap();
    fs::create_dir_all(folder.join("old/module")).unwrap();
    fs::write(folder.join("old/module/gone.ts"), &ours).unwrap();
    fs::create_dir_all(folder.join("mixed")).unwrap();
    fs::write(folder.join("mixed/gone.ts"), &ours).unwrap();
    fs::write(folder.join("mixed/mine.ts"), "export const mine = 1;\n").unwrap();
    fs::write(folder.join("notes.md"), ours).unwrap();
    let Err(Error::Stale { files }) = Builder::new(&folder).check() else { panic!("stale") };
    assert_eq!(files, ["mixed/gone.ts", "old/module/gone.ts"]);
    let report = Builder::new(&folder).generate().unwrap();
    assert_eq!(report.removed, files);
    assert!(!folder.join("old").exists());
    assert!(folder.join("mixed/mine.ts").exists() && folder.join("notes.md").exists());
}

#[test]
fn another_language_replaces_the_first_one() {
    let folder = folder("language");
    Builder::new(&folder).generate().unwrap();
    let report = Builder::new(&folder).emit(Emit::Js).generate().unwrap();
    assert!(report.removed.contains(&"fixture.ts".to_owned()));
    assert!(report.unchanged.iter().all(|name| name.starts_with("runtime/")));
}

#[test]
fn a_file_that_someone_wrote_is_not_overwritten() {
    let folder = folder("foreign");
    fs::write(folder.join("fixture.ts"), "export const mine = 1;\n").unwrap();
    let error = Builder::new(&folder).generate().unwrap_err();
    assert!(matches!(error, Error::Foreign { .. }), "{error}");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn a_missing_parent_is_named() {
    let folder = folder("parent");
    let error = Builder::new(folder.join("not/there/client")).generate().unwrap_err();
    let Error::MissingParent { missing, .. } = &error else { panic!("{error}") };
    assert_eq!(*missing, folder.join("not"));
}

#[test]
fn a_folder_that_is_a_file_is_an_error_about_that_file() {
    let folder = folder("file");
    fs::write(folder.join("client"), "").unwrap();
    let message = Builder::new(folder.join("client")).generate().unwrap_err().to_string();
    assert!(message.contains("client"), "{message}");
}

#[test]
fn every_file_of_the_runtime_is_known_as_generated() {
    let folder = folder("runtime");
    Builder::new(&folder).generate().unwrap();
    let report = Builder::new(&folder)
        .runtime(telefunc_codegen::Runtime::Package("telefunc-client".into()))
        .generate()
        .unwrap();
    assert!(report.removed.contains(&"runtime/index.js".to_owned()));
    assert!(!folder.join("runtime").exists());
}

#[test]
fn the_output_holds_no_path_of_the_machine() {
    let folder = folder("paths");
    let report = Builder::new(&folder).generate().unwrap();
    for name in report.written {
        let text = fs::read_to_string(folder.join(&name)).unwrap();
        assert!(!text.contains(env!("CARGO_MANIFEST_DIR")), "{name}");
        assert!(!text.contains(folder.to_str().unwrap()), "{name}");
    }
}
