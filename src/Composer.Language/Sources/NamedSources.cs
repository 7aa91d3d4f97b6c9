using Composer.Core;
using Composer.Core.Diagnostics;

namespace Composer.Language.Sources;

/// <summary>The sources that there are: the one list that a new one enters.</summary>
/// <remarks>
/// An address has a revision or a version, so that it always means the same bytes, and where the digest of these is published it
/// stands here. Nothing here was computed from anything but the file that it is of.
/// </remarks>
public static class NamedSources
{
    /// <summary>Where all of lm-eval's tasks go, so that <c>lm-eval.data</c> names one folder.</summary>
    public const string EvaluationFolder = "lm-eval";

    /// <summary>Stands for all of lm-eval's tasks.</summary>
    public const string AllOfEvaluation = "lm-eval";

    private const string Hub = "https://huggingface.co/datasets/";
    private const string Arc = "allenai/ai2_arc/resolve/210d026faf9955653af8916fad021475a3f00453/";
    private const string HellaSwag = "Rowan/hellaswag/resolve/218ec52e09a7e7462a5400043bb9a69a41d06b76/data/";
    private const string Piqa = "baber/piqa/resolve/142f6d7367fd9877f0fb3b5734ea6a545f54cdd1/";
    private const string SciQ = "allenai/sciq/resolve/2c94ad3e1aafab77146f384e23536f97a4849815/data/";
    private const string Winogrande = "allenai/winogrande/resolve/01e74176c63542e6b0bcb004dcdea22d94fb67b5/winogrande_xl/";
    private const string FineWebEdu = "HuggingFaceFW/fineweb-edu/resolve/87f09149ef4734204d70ed1d046ddc9ca3f2b8f9/sample/10BT/";
    private const string Dclm = "mlfoundations/dclm-baseline-1.0/resolve/a3b142c183aebe5af344955ae20836eb34dcf69b/";
    private const string One = "-00000-of-00001.parquet";

    /// <summary>In the order in which they are listed: prose, the web, evaluation.</summary>
    public static IReadOnlyList<NamedSource> All { get; } =
    [
        new("sotu", "sotu", "State of the Union addresses, 1790 to 2021, a document an address", "CC0",
            [
                Package(
                    "datasets-sotu", "0.2.3", "sotu.jsonl", 7_217_658, "ab03f909e80b99afe2aa74474f7ca53e976982efa9f8c77f2bf3c34f179c85c9"),
            ]),
        new("moby-dick", "moby-dick", "Moby Dick by Herman Melville, a document a chapter", "CC0",
            [
                Package(
                    "datasets-moby-dick", "0.2.3", "moby-dick.jsonl", 1_489_533,
                    "e85647c547a2e91ea24213bec496137132a9b4228b7fe881f4b0786ebedeafa1"),
            ]),
        new("fineweb-edu", "fineweb-edu", "FineWeb-Edu, the first file of its sample of 10 B tokens", "ODC-By 1.0",
            [
                new(new Uri(Hub + FineWebEdu + "000_00000.parquet"), "000_00000.parquet", SourceForm.AsItIs)
                {
                    Bytes = 2_152_819_114,
                    Pinned = Digest.Parse("b1ba7b2ce4cb5ea6ef42dca40263eabb85f37700d01693a68e9b30a31d78e871"),
                },
            ]),
        new("dclm", "dclm", "DCLM-Baseline, its first file", "CC-BY 4.0",
            [
                new(
                    new Uri(Hub + Dclm + "global-shard_01_of_10/local-shard_0_of_10/shard_00000000_processed.jsonl.zst"),
                    "shard_00000000_processed.jsonl.zst",
                    SourceForm.AsItIs),
            ]),
        Evaluation("hellaswag", "HellaSwag, validation and training", "MIT",
            Rows(
                HellaSwag + "validation" + One, "hellaswag.jsonl", 6_315_951,
                "899813071e1e95efafec90f856e1987d2150fa4d020fc005df6962c259f660cd"),
            Rows(
                HellaSwag + "train" + One, "hellaswag.train.jsonl", 24_365_524,
                "cacb12587faa63d7f723a72d61d12bfa94b140446f5a6a0a2e1c6906ab88bf02")),
        Evaluation("piqa", "PIQA, validation and training", "not stated",
            Rows(Piqa + "piqa_validation.parquet", "piqa.jsonl", null, "2b17ee1215b1ceb2ddabf4c90a05c5a8b833bef9d207960f57d111c43a2080f3"),
            Rows(
                Piqa + "piqa_train.parquet", "piqa.train.jsonl", 2_638_413,
                "3114602b31fa724309a6c493cc86368c4eab7ab6e79e285056fd5ce3b60ddf02")),
        Evaluation("winogrande", "WinoGrande XL, validation and training", "Apache 2.0",
            Rows(Winogrande + "validation" + One, "winogrande.jsonl", null, null),
            Rows(Winogrande + "train" + One, "winogrande.train.jsonl", null, null)),
        Evaluation("arc_easy", "ARC Easy, test and training", "CC BY-SA 4.0",
            Rows(Arc + "ARC-Easy/test" + One, "arc_easy.jsonl", null, "4160597d618ae851c7eb04e281574f3f654776216ac6b6641588d64527b47177"),
            Rows(
                Arc + "ARC-Easy/train" + One, "arc_easy.train.jsonl", 330_598,
                "b315db8a4be597dc7daa50a4e70d48dd7c990c32085629e6ccd8c926beaa80b5")),
        Evaluation("arc_challenge", "ARC Challenge, test and training", "CC BY-SA 4.0",
            Rows(
                Arc + "ARC-Challenge/test" + One, "arc_challenge.jsonl", null,
                "62f03257e737aed263f55c6abf87c7bb0028a44a6bdd2a26eb1279eb42c1d1e9"),
            Rows(
                Arc + "ARC-Challenge/train" + One, "arc_challenge.train.jsonl", 189_909,
                "e488c1587ffdcfc8443f916c53488a95cd471c5790e0746c6bfe4cecf20962cb")),
        Evaluation("sciq", "SciQ, test and training", "CC BY-NC 3.0",
            Rows(SciQ + "test" + One, "sciq.jsonl", null, "3a719356a29b127fc54ef3c7f51a034db4bd105d5717215e8c85d2aa58d60667"),
            Rows(SciQ + "train" + One, "sciq.train.jsonl", 3_993_099, "19644360954006d06e9ad3df07bddb34f8535c081b831d48f604603c713ac167")),
    ];

    /// <summary>Those of some names, each once; a name may stand for several.</summary>
    /// <exception cref="UserInputException">Names are unknown.</exception>
    public static IReadOnlyList<NamedSource> Find(IReadOnlyList<string> names)
    {
        string[] known = [.. All.Select(s => s.Name), AllOfEvaluation];
        var unknown = names.Where(n => !known.Contains(n)).ToArray();
        return unknown.Length == 0
            ? [.. All.Where(s => names.Contains(s.Name) || (s.IsEvaluation && names.Contains(AllOfEvaluation)))]
            : throw new UserInputException([.. unknown.Select(name => SourceMistake.Unknown(name, known))]);
    }

    private static NamedSource Evaluation(string task, string title, string license, params SourceFile[] files) =>
        new(task, EvaluationFolder, title, license, files);

    private static SourceFile Rows(string path, string output, long? bytes, string? digest) =>
        new(new Uri(Hub + path), output, SourceForm.RowsAsJsonLines)
        {
            Bytes = bytes,
            Pinned = digest is null ? null : Digest.Parse(digest),
        };

    private static SourceFile Package(string package, string version, string output, long bytes, string digest) =>
        new(new Uri($"{NpmPackage.Scheme}:@stdlib/{package}@{version}"), output, SourceForm.PackagedTexts)
        {
            Bytes = bytes,
            Pinned = Digest.Parse(digest),
        };
}
