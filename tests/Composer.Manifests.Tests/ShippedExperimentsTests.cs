using Composer.Architecture;
using Composer.Architecture.Extrapolation;
using Composer.Manifests.Model;
using Composer.Manifests.Toml;

namespace Composer.Manifests.Tests;

public sealed class ShippedExperimentsTests
{
    public static TheoryData<string, string?> FilesAndProfiles()
    {
        var data = new TheoryData<string, string?>();
        foreach (var file in ShippedExperiments.Files)
        {
            var name = Path.GetRelativePath(ShippedExperiments.Folder, file);
            data.Add(name, null);
            var root = TomlReader.Read(File.ReadAllBytes(file), file).Root;
            foreach (var profile in (root.Find("profile")?.Value as TomlTable)?.Entries ?? [])
            {
                data.Add(name, profile.Key);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(FilesAndProfiles))]
    public void Loads_without_a_warning(string file, string? profile) => Assert.Empty(Load(file, profile).Warnings);

    [Fact]
    public void Each_names_the_schema_in_its_first_line() =>
        Assert.All(
            ShippedExperiments.Files,
            file => Assert.Equal(
                "experiment.schema.json",
                Path.GetRelativePath(
                    ShippedExperiments.Folder,
                    Path.GetFullPath(File.ReadLines(file).First()["#:schema ".Length..], Path.GetDirectoryName(file)!))));

    [Fact]
    public void The_experiments_are_shipped() =>
        Assert.Equal(
            ["composite-1b", "composite-350m", "composite-3b", "discovery", "long-context", "quickstart", "reasoning", "sliding-window", "sweep-sizes"],
            ShippedExperiments.Files.Where(f => Path.GetDirectoryName(f) == ShippedExperiments.Folder).Select(Path.GetFileNameWithoutExtension));

    [Theory]
    [MemberData(nameof(FilesAndProfiles))]
    public void Needs_no_gpu_where_it_says_smoke(string file, string? profile)
    {
        var pretrain = Load(file, profile).Manifest.Pretrain;
        var small = profile == "smoke" || file is "quickstart.toml" or "discovery.toml" or "sliding-window.toml" or "long-context.toml" or "reasoning.toml" || file.StartsWith("reproduction", StringComparison.Ordinal);
        Assert.Equal((small ? "cpu" : "torch", small ? 0 : 1), (pretrain.Engine, pretrain.Resources.Gpus));
    }

    [Theory]
    [MemberData(nameof(FilesAndProfiles))]
    public void Baselines_have_about_as_many_parameters_as_the_target(string file, string? profile)
    {
        foreach (var point in Load(file, profile).Points.Where(p => p.Manifest.Extrapolate.Size.Name is not "700K"))
        {
            var (size, shape, _) = point.Manifest.Extrapolate.Target;
            // An order is scaled by the rule that the found one is scaled by.
            foreach (var baseline in point.Manifest.Baseline.Where(b => b.Order.Length == 0))
            {
                Assert.InRange(Parameters(baseline.Resolve(point.Manifest.Extrapolate), shape) / (double)size.Parameters, 0.93, 1.1);
            }
        }
    }

    [Theory]
    [InlineData("composite-350m.toml", "4x(2A+4M)")]
    [InlineData("composite-1b.toml", "4x(2A+4M)+1A+2M")]
    [InlineData("composite-3b.toml", "8x(2A+4M)+2A+3M")]
    public void Smoke_stacks_the_papers_order_as_deep_as_the_full_experiment(string file, string stacked)
    {
        foreach (var profile in new[] { null, "smoke" })
        {
            var (size, shape, _) = Load(file, profile).Manifest.Extrapolate.Target;
            var large = Extrapolator.Extrapolate(LayerSequence.Parse("2A+4M"), ExtrapolationMethod.Stack, shape, size.Parameters);
            Assert.Equal(LayerSequence.Parse(stacked), large.Layers);
        }
    }

    private static long Parameters(LayerSequence layers, ModelShape shape) =>
        layers.Sum(symbol => Composer.Architecture.Primitives.PrimitiveRegistry.Default[symbol].Parameters(shape));

    private static ResolvedExperiment Load(string file, string? profile) =>
        ManifestLoader.Load(Path.Combine(ShippedExperiments.Folder, file), profile, []);
}
