using System.Text.Json.Nodes;
using Composer.Testing.Execution;

namespace Composer.Testing.Workspaces;

/// <summary>A folder with experiments and artifacts of its own, gone with the test.</summary>
public sealed class ExperimentWorkspace : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>One with the tiny experiment, or another manifest under its name.</summary>
    public ExperimentWorkspace(string manifest = TinyExperiment.Manifest)
    {
        Directory.CreateDirectory(Path.Combine(Root, "experiments"));
        Write(TinyExperiment.Name, manifest);
    }

    private ExperimentWorkspace(ExperimentWorkspace original)
    {
        foreach (var folder in Directory.EnumerateDirectories(original.Root, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(Root, Path.GetRelativePath(original.Root, folder)));
        }

        foreach (var file in Directory.EnumerateFiles(original.Root, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(Root, Path.GetRelativePath(original.Root, file)));
        }
    }

    /// <summary>The folder that composer is called in.</summary>
    public string Root => folder.Path;

    /// <summary>Where its store is.</summary>
    public string Store => Path.Combine(Root, "artifacts", "store");

    /// <summary>The tiny experiment's manifest.</summary>
    public string Manifest => Path.Combine(Root, "experiments", "tiny.toml");

    /// <summary>The same files in another place.</summary>
    public ExperimentWorkspace Copy() => new(this);

    /// <summary>Writes a manifest.</summary>
    public void Write(string experiment, string manifest) =>
        File.WriteAllText(Path.Combine(Root, "experiments", experiment + ".toml"), manifest);

    /// <summary>Calls composer there and waits for its end.</summary>
    public CompletedCall Call(params IEnumerable<string> arguments) => ComposerExecutable.Run(Root, null, arguments);

    /// <summary><c>run tiny --json</c> with more arguments.</summary>
    public CompletedCall Run(params IEnumerable<string> more) => Call([.. RunTiny, .. more]);

    /// <summary>Starts <c>run tiny --json</c> with more arguments.</summary>
    public RunningCall StartRun(params IEnumerable<string> more) => ComposerExecutable.Start(Root, null, [.. RunTiny, .. more]);

    /// <summary><c>run tiny --json</c> in an environment with more variables.</summary>
    public RunningCall StartRun(IReadOnlyDictionary<string, string> environment, params IEnumerable<string> more) =>
        ComposerExecutable.Start(Root, environment, [.. RunTiny, .. more]);

    /// <summary>The rows of <c>plan tiny --json</c>.</summary>
    public IReadOnlyList<JsonObject> Plan(params IEnumerable<string> more) =>
        [.. Call(["plan", TinyExperiment.Name, "--json", .. more]).Expect(0).Json["stages"]!.AsArray().Select(s => s!.AsObject())];

    /// <summary>The outputs of every stage in the store but the report, which shows times: key → output digests.</summary>
    public SortedDictionary<string, string> Outputs() => OutputsIn(Store);

    /// <summary>The same of a store elsewhere.</summary>
    public static SortedDictionary<string, string> OutputsIn(string store)
    {
        var outputs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(store, "records"), "*.json", SearchOption.AllDirectories))
        {
            var record = JsonNode.Parse(File.ReadAllBytes(file))!;
            if ((string)record["kind"]! != "report")
            {
                outputs.Add($"{record["kind"]} {record["key"]}", record["outputs"]!.ToJsonString());
            }
        }

        return outputs;
    }

    /// <summary>A JSON document that a stage's newest result has beside its outputs.</summary>
    public JsonObject Beside(string stage, string name) => Document(stage, "beside", name);

    /// <summary>A JSON document among the outputs of a stage's newest result.</summary>
    public JsonObject Output(string stage, string name) => Document(stage, "outputs", name);

    private JsonObject Document(string stage, string where, string name)
    {
        var record = Records(stage).MaxBy(r => (string)r["created"]!, StringComparer.Ordinal)!;
        var digest = (string)record[where]![name]!["digest"]!;
        return JsonNode.Parse(File.ReadAllBytes(BlobPath(digest)))!.AsObject();
    }

    /// <summary>The records of a stage, by its name.</summary>
    public IEnumerable<JsonObject> Records(string stage) =>
        Directory.EnumerateFiles(Path.Combine(Store, "records"), "*.json", SearchOption.AllDirectories)
            .Select(f => JsonNode.Parse(File.ReadAllBytes(f))!.AsObject())
            .Where(r => (string)r["label"]! == $"{TinyExperiment.Name}/{stage}");

    /// <summary>Where a blob lies.</summary>
    public string BlobPath(string digest) => Path.Combine(Store, "blobs", digest[..2], digest);

    /// <summary>Asserts that everything in the store is whole and nothing half done lies about.</summary>
    public void VerifyStore()
    {
        var verified = Call("store", "verify", "--json").Expect(0).Json;
        Assert.True(verified["clean"]!.GetValue<bool>(), verified.ToJsonString());
    }

    /// <inheritdoc />
    public void Dispose() => folder.Dispose();

    private static string[] RunTiny => ["run", TinyExperiment.Name, "--json"];
}
