//! `[embeddings]`: a model in a directory, good and bad.

use insta::assert_snapshot;

use super::in_allears;

#[test]
fn a_directory_is_asked_for() {
    assert_snapshot!(in_allears("[embeddings]\ndir = 5\n"), @r#"allears.toml:2:7: expected a directory like "data", found 5"#);
    assert_snapshot!(in_allears("[embeddings]\ndirectory = \"a\"\n"), @r#"allears.toml:2:1: unknown key "directory"; [embeddings] knows dir"#);
}

#[cfg(not(feature = "embeddings"))]
#[test]
fn a_program_without_embeddings_says_so() {
    assert_snapshot!(in_allears("[embeddings]\ndir = \"a\"\n"), @"allears.toml:2:7: this program was built without embeddings; build it with `--features embeddings`, or take the table [embeddings] out");
}

#[cfg(feature = "embeddings")]
mod models {
    use std::fs;

    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::super::{Dir, FUNCTIONS, parse};
    use crate::config::{Config, Env};
    use crate::domain::function::FunctionId;
    use crate::domain::tagging::{Lesson, Said};

    /// Words, their pieces, and one for all that it does not know.
    const TOKENIZER: &str = r###"{
        "version": "1.0", "truncation": null, "padding": null,
        "added_tokens": [{"id": 0, "content": "[PAD]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}],
        "normalizer": null, "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": null, "decoder": null,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
            "vocab": {"[PAD]": 0, "[UNK]": 1, "bill": 2, "invoice": 3, "##s": 4, "crash": 5}}
    }"###;

    /// Other models for the same tokens: one of pieces of words, one of pairs of letters, one of whole words.
    const OF_PIECES: &str = r#"{"type": "Unigram", "unk_id": 1, "alpha": 0.5, "nbest_size": 8,
        "vocab": [["[PAD]", 0.0], ["[UNK]", -9.0], ["bill", -1.0], ["invoice", -1.0], ["s", -2.0], ["crash", -1.0]]}"#;
    const OF_PAIRS: &str = r#"{"type": "BPE", "dropout": 0.9, "unk_token": "[UNK]", "continuing_subword_prefix": null,
        "end_of_word_suffix": null, "fuse_unk": false, "merges": ["c r"],
        "vocab": {"[PAD]": 0, "[UNK]": 1, "cr": 2, "c": 3, "s": 4, "r": 5}}"#;
    const OF_WORDS: &str = r#"{"type": "WordLevel", "unk_token": "[UNK]",
        "vocab": {"[PAD]": 0, "[UNK]": 1, "bill": 2, "invoice": 3, "bills": 4, "crash": 5}}"#;

    /// The tokenizer with another model.
    fn with(model: &str) -> String {
        let from = TOKENIZER.find("\"model\"").unwrap();
        format!("{}\"model\": {model}}}", &TOKENIZER[..from])
    }

    /// For each of the tokens above. Those that mean nothing have one as well, which must not count.
    const VECTORS: [[f32; 3]; 6] =
        [[9.0, -9.0, 9.0], [-9.0, 9.0, 9.0], [1.0, 0.0, 0.25], [1.0, 0.25, 0.0], [0.0, 0.0, 0.0], [0.0, 1.0, -0.5]];

    /// A tensor: its name, its type, its shape and its numbers.
    type Tensor<'t> = (&'t str, &'t str, &'t [usize], Vec<u8>);

    /// The bytes of a `model.safetensors`.
    fn safetensors(tensors: &[Tensor<'_>]) -> Vec<u8> {
        let (mut parts, mut data) = (vec![], vec![]);
        for (name, dtype, shape, bytes) in tensors {
            let from = data.len();
            data.extend_from_slice(bytes);
            parts.push(format!(r#""{name}":{{"dtype":"{dtype}","shape":{shape:?},"data_offsets":[{from},{}]}}"#, data.len()));
        }
        let header = format!("{{{}}}", parts.join(","));
        let mut file = u64::try_from(header.len()).unwrap().to_le_bytes().to_vec();
        file.extend_from_slice(header.as_bytes());
        file.extend(data);
        file
    }

    fn numbers() -> impl Iterator<Item = f32> {
        VECTORS.into_iter().flatten()
    }

    fn singles(numbers: impl IntoIterator<Item = f32>) -> Vec<u8> {
        numbers.into_iter().flat_map(f32::to_le_bytes).collect()
    }

    fn good() -> Vec<u8> {
        safetensors(&[("embeddings", "F32", &[6, 3], singles(numbers()))])
    }

    /// A directory with a model of these files, and a configuration beside it that names it.
    fn dir(tokenizer: impl AsRef<[u8]>, vectors: impl AsRef<[u8]>) -> Dir {
        let dir = Dir::new();
        let words = dir.path().join("words");
        fs::create_dir(&words).unwrap();
        fs::write(words.join("tokenizer.json"), tokenizer).unwrap();
        fs::write(words.join("model.safetensors"), vectors).unwrap();
        dir.write("allears.toml", format!("[embeddings]\ndir = {words:?}\n"));
        dir.write("functions.toml", FUNCTIONS);
        dir.write("rules.toml", "");
        dir
    }

    fn load(dir: &Dir) -> Config {
        Config::load(dir.path(), &Env::empty()).unwrap_or_else(|faults| panic!("{faults}"))
    }

    fn faults(tokenizer: impl AsRef<[u8]>, vectors: impl AsRef<[u8]>) -> String {
        dir(tokenizer, vectors).faults()
    }

    /// The faults of a good tokenizer beside one tensor.
    fn of_tensor(name: &str, dtype: &str, shape: &[usize], bytes: Vec<u8>) -> String {
        faults(TOKENIZER, safetensors(&[(name, dtype, shape, bytes)]))
    }

    /// What is learned of a text where bills are finance's and crashes are not.
    fn said(config: &Config, text: &str) -> i16 {
        let finance = FunctionId::parse("finance").unwrap();
        let lesson = |text, is| Lesson { of: None, text, says: vec![Said { function: finance.clone(), is, weight: 1.0 }] };
        let lessons = [lesson("bill", true), lesson("the bills", true), lesson("crash", false)];
        let learned = config.tagger.learn(std::slice::from_ref(&finance), &lessons);
        config.tagger.learned_of(&learned, &finance, &config.tagger.read(text))
    }

    #[test]
    fn a_model_is_read_and_learned_from() {
        let dir = dir(TOKENIZER, good());
        let config = load(&dir);
        let without = Config::load_without_models(dir.path(), &Env::empty()).unwrap();
        assert_eq!((without.embeddings.as_ref(), config.embeddings.as_ref().map(|known| known.name.as_str())), (None, Some("words")));
        let [with, without] =
            [&config, &without].map(|config| said(config, "INVOICES, one more invoice") - said(config, "ZEBRAS, one more zebra"));
        assert!(with > 300 && without.abs() < 150, "{with} {without}");
        assert_eq!(said(&config, "lamp"), said(&config, "[pad] lamp"), "what means nothing is silent");
        let tags = config.tagger.tag(&config.tagger.read("invoice"));
        assert_eq!(tags, [], "nothing was learned");
    }

    #[test]
    fn vectors_come_in_many_forms() {
        let halves = |numbers: &[f32]| -> Vec<u8> {
            // Exact for what stands above: its sign, the exponent and the first ten bits of the rest.
            let half = |number: &f32| match number.to_bits() {
                0 => 0_u16,
                bits => u16::try_from((bits >> 16 & 0x8000) | ((bits >> 23 & 0xff) - 112) << 10 | (bits >> 13 & 0x3ff)).unwrap(),
            };
            numbers.iter().flat_map(|number| half(number).to_le_bytes()).collect()
        };
        let all: Vec<f32> = numbers().collect();
        let same = ["bill", "invoice", "a crash and two invoices", "lamp", ""];
        let expected = same.map(|text| said(&load(&dir(TOKENIZER, good())), text));
        let check = |what: &str, tensors: &[Tensor<'_>]| {
            let config = load(&dir(TOKENIZER, safetensors(tensors)));
            assert_eq!(same.map(|text| said(&config, text)), expected, "{what}");
        };
        check("halves", &[("embeddings", "F16", &[6, 3], halves(&all))]);
        check("doubles", &[("embeddings", "F64", &[6, 3], all.iter().flat_map(|number| f64::from(*number).to_le_bytes()).collect())]);
        check("another name", &[("embedding.weight", "F32", &[6, 3], singles(numbers()))]);
        // All times four: the length is no matter.
        let bytes = [0, 0, 0, 0, 0, 0, 4, 0, 1, 4, 1, 0, 0, 0, 0, 0, 4, -2_i8].map(i8::to_le_bytes).concat();
        check("bytes", &[("embeddings", "I8", &[6, 3], bytes)]);
        let rows = [[2.0, 0.0, 0.5], [1.0, 0.25, 0.0], [0.0, 1.0, -0.5]].into_iter().flatten();
        let mapping = [0_i64, 0, 0, 1, 2, 2];
        let weights = singles([0.0, 0.0, 0.5, 1.0, 0.0, 1.0]);
        let mapped = |dtype, mapping| {
            [
                ("embeddings", "F32", &[3, 3][..], singles(rows.clone())),
                ("mapping", dtype, &[6], mapping),
                ("weights", "F32", &[6], weights.clone()),
            ]
        };
        check("shared", &mapped("I64", mapping.iter().flat_map(|row| row.to_le_bytes()).collect()));
        check("shared by fewer bytes", &mapped("I32", mapping.iter().flat_map(|row| i32::try_from(*row).unwrap().to_le_bytes()).collect()));
    }

    #[test]
    fn missing_files_are_said() {
        let none = Dir::new();
        none.write("allears.toml", format!("[embeddings]\ndir = {:?}\n", none.path().join("words")));
        none.write("functions.toml", FUNCTIONS);
        none.write("rules.toml", "");
        assert_snapshot!(none.faults(), @"config/words: there is no such directory; `dir` under [embeddings] names one that holds tokenizer.json and model.safetensors");
        assert!(Config::load_without_models(none.path(), &Env::empty()).is_ok(), "whoever tags nothing needs no model");
        fs::create_dir(none.path().join("words")).unwrap();
        assert_snapshot!(none.faults(), @"
        config/words/model.safetensors: there is no such file; copy the whole directory of the model
        config/words/tokenizer.json: there is no such file; copy the whole directory of the model
        ");
        fs::create_dir(none.path().join("words/tokenizer.json")).unwrap();
        fs::write(
            none.path().join("words/model.safetensors"),
            "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 30236760\n",
        )
        .unwrap();
        assert_snapshot!(none.faults(), @"
        config/words/model.safetensors: is a pointer of Git LFS and not the file itself; run `git lfs pull` where it comes from, and copy it again
        config/words/tokenizer.json: is no file; copy the model's own there
        ");
        fs::File::create(none.path().join("words/model.safetensors")).unwrap().set_len((1 << 30) + 1).unwrap();
        assert_snapshot!(none.faults(), @"
        config/words/model.safetensors: is larger than 1 GiB; take a model with fewer tokens or dimensions
        config/words/tokenizer.json: is no file; copy the model's own there
        ");
    }

    #[test]
    fn what_is_wrong_is_said_beside_all_else() {
        let dir = dir("{}", "");
        dir.write("rules.toml", "[[rule]]\nid = \"a\"\n");
        assert_snapshot!(dir.faults(), @r#"
        config/rules.toml:1:1: the rule "a" has no "function"; add it: an id like "finance" (1 to 32 of a-z, 0-9, - and _, beginning with a letter)
        config/words/model.safetensors: is cut off, or has more in it than its header says; copy it again
        config/words/tokenizer.json: is cut off or no tokenizer (missing field `model` at line 1 column 2); copy it again
        "#);
    }

    #[test]
    fn wrong_vectors_are_refused() {
        let (of_all, numbers) = (numbers, || singles(numbers()));
        let all = [
            of_tensor("weights", "F32", &[6, 3], numbers()),
            of_tensor("embeddings", "F32", &[18], numbers()),
            of_tensor("embeddings", "F32", &[2, 3, 3], numbers()),
            of_tensor("embeddings", "F32", &[0, 3], vec![]),
            of_tensor("embeddings", "F32", &[6, 0], vec![]),
            of_tensor("embeddings", "F32", &[6, 1025], vec![0; 6 * 1025 * 4]),
            of_tensor("embeddings", "BF16", &[12, 3], numbers()),
            of_tensor("embeddings", "F32", &[5, 3], singles(of_all().take(15))),
            of_tensor("embeddings", "F32", &[6, 3], singles(of_all().take(17).chain([f32::NAN]))),
            of_tensor("embeddings", "F32", &[6, 3], singles(of_all().take(17).chain([f32::NEG_INFINITY]))),
            of_tensor("embeddings", "F32", &[6, 3], singles(of_all().take(17).chain([1e6]))),
            of_tensor("embeddings", "F16", &[6, 3], [0, 0x7c].repeat(18)),
        ];
        assert_snapshot!(all.join("\n"), @r#"
        config/words/model.safetensors: holds no tensor called "embeddings"; take a model that was saved by model2vec
        config/words/model.safetensors: "embeddings" is of the shape [18], where tokens and dimensions are expected; save the model again
        config/words/model.safetensors: "embeddings" is of the shape [2, 3, 3], where tokens and dimensions are expected; save the model again
        config/words/model.safetensors: "embeddings" holds 0 vectors of 3 numbers each; take a model of 1 to 1024 dimensions
        config/words/model.safetensors: "embeddings" holds 6 vectors of 0 numbers each; take a model of 1 to 1024 dimensions
        config/words/model.safetensors: "embeddings" holds 6 vectors of 1025 numbers each; take a model of 1 to 1024 dimensions
        config/words/model.safetensors: "embeddings" is of type BF16, which is not read; save the model with float32 or float16
        config/words/tokenizer.json: names token 5, and model.safetensors holds 5 of them; take both files from one model
        config/words/model.safetensors: "embeddings" holds a number that is none, or one beyond 100000; copy the file or save the model again
        config/words/model.safetensors: "embeddings" holds a number that is none, or one beyond 100000; copy the file or save the model again
        config/words/model.safetensors: "embeddings" holds a number that is none, or one beyond 100000; copy the file or save the model again
        config/words/model.safetensors: "embeddings" holds a number that is none, or one beyond 100000; copy the file or save the model again
        "#);
        let beside = |name: &str, dtype: &str, count: usize, bytes: Vec<u8>| {
            faults(TOKENIZER, safetensors(&[("embeddings", "F32", &[6, 3], numbers()), (name, dtype, &[count], bytes)]))
        };
        let all = [
            beside("weights", "F32", 2, singles([1.0, 2.0])),
            beside("weights", "F32", 6, singles([f32::NAN; 6])),
            beside("weights", "U8", 6, vec![1; 6]),
            beside("mapping", "I64", 6, [6_i64, 0, 0, 0, 0, 0].map(i64::to_le_bytes).concat()),
            beside("mapping", "I32", 6, [-1_i32, 0, 0, 0, 0, 0].map(i32::to_le_bytes).concat()),
            beside("mapping", "I32", 2, [0_i32, 0].map(i32::to_le_bytes).concat()),
            beside("mapping", "F32", 6, singles([0.0; 6])),
        ];
        assert_snapshot!(all.join("\n"), @r#"
        config/words/model.safetensors: "weights" holds 2 numbers for 6 tokens; save the model again
        config/words/model.safetensors: "weights" holds a number that is none, or one beyond 100000; copy the file or save the model again
        config/words/model.safetensors: "weights" is of type U8, which is not read; save the model with float32 or float16
        config/words/model.safetensors: "mapping" names a vector that is not among the 6; copy the file or save the model again
        config/words/model.safetensors: "mapping" names a vector that is not among the 6; copy the file or save the model again
        config/words/tokenizer.json: names token 5, and model.safetensors holds 2 of them; take both files from one model
        config/words/model.safetensors: "mapping" is of type F32, which is not read; save the model with int32 or int64
        "#);
    }

    #[test]
    fn wrong_tokenizers_are_refused() {
        let all = [
            faults("", good()),
            faults("[embeddings]", good()),
            faults("{}", good()),
            faults(TOKENIZER.replace("WordPiece", "Wordle"), good()),
            faults(TOKENIZER.replace("BertPreTokenizer", "Nothing"), good()),
            faults(TOKENIZER.replace("\"crash\": 5", "\"crash\": 6"), good()),
            faults(TOKENIZER.replace("\"crash\": 5", "\"crash\": -5"), good()),
            faults(TOKENIZER.replace("\"[UNK]\": 1, ", ""), good()),
            faults(TOKENIZER.replace(", \"bill\": 2, \"invoice\": 3, \"##s\": 4, \"crash\": 5", ""), good()),
            faults([b'\xff', b'\xfe', b'{'], good()),
        ];
        assert_snapshot!(all.join("\n"), @"
        config/words/tokenizer.json: is cut off or no tokenizer (EOF while parsing a value at line 1 column 0); copy it again
        config/words/tokenizer.json: is cut off or no tokenizer (expected value at line 1 column 2); copy it again
        config/words/tokenizer.json: is cut off or no tokenizer (missing field `model` at line 1 column 2); copy it again
        config/words/tokenizer.json: is cut off or no tokenizer (data did not match any variant of untagged enum ModelUntagged at line 7 column 5); copy it again
        config/words/tokenizer.json: is cut off or no tokenizer (data did not match any variant of untagged enum PreTokenizerUntagged at line 4 column 64); copy it again
        config/words/tokenizer.json: names token 6, and model.safetensors holds 6 of them; take both files from one model
        config/words/tokenizer.json: is cut off or no tokenizer (invalid value: integer `-5`, expected u32 at line 7 column 5); copy it again
        config/words/tokenizer.json: has no token for what it does not know (WordPiece error: Missing [UNK] token from the vocabulary); save the model again
        config/words/tokenizer.json: knows no token; take a model that was saved by model2vec
        config/words/tokenizer.json: is cut off or no tokenizer (expected value at line 1 column 1); copy it again
        ");
    }

    /// Whatever is cut off is a fault, at each byte, and nothing worse.
    #[test]
    fn cut_files_are_refused() {
        let (dir, whole) = (dir(TOKENIZER, good()), good());
        let file = |name: &str| dir.path().join("words").join(name);
        for end in 0..whole.len() {
            fs::write(file("model.safetensors"), &whole[..end]).unwrap();
            let said = dir.faults();
            assert!(said.starts_with("config/words/model.safetensors: is cut off") && said.ends_with("; copy it again"), "{end}: {said}");
        }
        fs::write(file("model.safetensors"), &whole).unwrap();
        for end in 0..TOKENIZER.len() {
            fs::write(file("tokenizer.json"), &TOKENIZER[..end]).unwrap();
            let said = dir.faults();
            assert!(said.starts_with("config/words/tokenizer.json: is cut off") && said.ends_with("); copy it again"), "{end}: {said}");
        }
    }

    #[test]
    fn other_kinds_of_tokenizers_work_and_roll_no_dice() {
        for (tokenizer, knows, means_nothing) in
            [(OF_PIECES, "invoice", "zebra"), (OF_PAIRS, "cr c", "zeb"), (OF_WORDS, "invoice", "zebra")]
        {
            let config = load(&dir(with(tokenizer), good()));
            let all: Vec<i16> = (0..30).map(|_| said(&config, knows)).collect();
            assert!(all.iter().all(|said| *said == all[0]), "{all:?}");
            let without = Config::load_without_models(dir(with(tokenizer), good()).path(), &Env::empty()).unwrap();
            let [with, without] = [&config, &without].map(|config| said(config, knows) - said(config, means_nothing));
            assert!((with - without).abs() > 100, "{with} {without}: {tokenizer}");
        }
        let patient =
            load(&dir(TOKENIZER.replace("\"max_input_chars_per_word\": 100", "\"max_input_chars_per_word\": 1000000000"), good()));
        said(&patient, &"billbill".repeat(20_000));
    }

    #[test]
    fn the_fingerprint_tells_models_apart() {
        let plain = parse("", FUNCTIONS, "").unwrap().hash();
        let hash = |vectors: Vec<u8>| load(&dir(TOKENIZER, vectors)).hash();
        let [one, same, other] =
            [good(), good(), safetensors(&[("embeddings", "F32", &[7, 3], singles(numbers().chain([0.0; 3])))])].map(hash);
        assert_eq!(one, same, "wherever the directory is");
        assert!(one != plain && one != other);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

        /// Whatever stands in the files: faults, or embeddings that a tagger can live with.
        #[test]
        fn any_damage_is_a_fault_or_bearable(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), in_vectors in any::<bool>(),
            model in prop::sample::select(vec![None, Some(OF_PIECES), Some(OF_PAIRS), Some(OF_WORDS)]), text in "[a-z é請]{0,30}",
        ) {
            let (mut tokenizer, mut vectors) = (model.map_or_else(|| TOKENIZER.to_owned(), with).into_bytes(), good());
            let damaged = if in_vectors { &mut vectors } else { &mut tokenizer };
            for (at, byte) in changes {
                *at.get_mut(damaged) = byte;
            }
            let dir = dir(&tokenizer, &vectors);
            if let Ok(config) = Config::load(dir.path(), &Env::empty()) {
                said(&config, &text);
            }
        }
    }
}
