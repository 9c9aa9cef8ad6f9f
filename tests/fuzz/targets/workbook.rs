#![no_main]

#[path = "../../it/reader/fuzzed/mod.rs"]
#[allow(dead_code, unused_imports, reason = "each target needs one of the judges")]
mod judge;

libfuzzer_sys::fuzz_target!(
    init: {
        let abort = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !campaign_scheduler::reader::is_contained() {
                abort(panic);
            }
        }));
    },
    |bytes: &[u8]| judge::workbook(bytes)
);
