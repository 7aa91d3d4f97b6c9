using System.Text;
using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary>Manifests that somebody made to do harm: exit code 2 and a diagnostic, whatever they hold.</summary>
[Collection(ComputedExperiment.Collection)]
public class HostileInputTests
{
    [Theory]
    [InlineData("CMP0221", "dots")]
    [InlineData("CMP0201", "another name")]
    [InlineData("CMP0221", "baseline's path")]
    [InlineData("CMP6012", "corpus outside")]
    [InlineData("CMP6012", "pattern outside")]
    [InlineData("CMP0103", "nan")]
    [InlineData("CMP0103", "infinity")]
    [InlineData("CMP0111", "sweep")]
    [InlineData("CMP0012", "depth")]
    [InlineData("CMP0002", "length")]
    [InlineData("CMP0003", "latin")]
    [InlineData("CMP0", "utf-16")]
    [InlineData("CMP0", "zeros")]
    public void Manifest_is_refused_with_a_diagnostic(string code, string what)
    {
        using var workspace = new ExperimentWorkspace();
        File.WriteAllBytes(workspace.Manifest, Manifest(what));

        var refused = workspace.Call("plan", TinyExperiment.Name).Expect(2);

        Assert.Contains(code, refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("CMP1001", refused.Error, StringComparison.Ordinal);
        Assert.True(refused.Error.Length < 20_000, $"{refused.Error.Length} characters were printed.");
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    public void Experiment_that_would_be_a_path_is_refused(string name)
    {
        using var workspace = new ExperimentWorkspace();
        Assert.Contains("CMP1005", workspace.Call("plan", name).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Byte_order_mark_is_no_mistake()
    {
        using var workspace = new ExperimentWorkspace();
        File.WriteAllBytes(workspace.Manifest, [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(TinyExperiment.Manifest)]);
        workspace.Call("plan", TinyExperiment.Name).Expect(0);
    }

    private static byte[] Manifest(string what) => what switch
    {
        "dots" => Replaced("name = \"tiny\"", "name = \"..\""),
        "another name" => Replaced("name = \"tiny\"", "name = \"tiny2\""),
        "baseline's path" => Replaced("name = \"llama\"", "name = \"../../escape\""),
        "corpus outside" => Replaced("corpus = \"stories\"", "corpus = \"../../../../etc/passwd\""),
        "pattern outside" => Replaced("corpus = \"stories\"", "corpus = \"data/../../*\""),
        "nan" => Replaced("[5e-3]", "[nan]"),
        "infinity" => Replaced("[5e-3]", "[-inf]"),
        "sweep" => More($"[sweep]\nseed = [{string.Join(',', Enumerable.Range(0, 100_000))}]"),
        "depth" => More($"[sweep]\nseed = {new string('[', 50_000)}{new string(']', 50_000)}"),
        "length" => More("#" + new string('x', 5_000_000)),
        "latin" => [.. Encoding.UTF8.GetBytes(TinyExperiment.Manifest), (byte)'#', 0xE9, (byte)'\n'],
        "utf-16" => Encoding.Unicode.GetBytes(TinyExperiment.Manifest),
        "zeros" => [.. Enumerable.Repeat((byte)0, 100_000)],
        _ => throw new ArgumentOutOfRangeException(nameof(what)),
    };

    private static byte[] Replaced(string what, string by)
    {
        Assert.Contains(what, TinyExperiment.Manifest, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(TinyExperiment.Manifest.Replace(what, by, StringComparison.Ordinal));
    }

    private static byte[] More(string toml) => Encoding.UTF8.GetBytes(TinyExperiment.Manifest + toml + "\n");
}
