using System.Text;
using Composer.Architecture;
using Composer.Architecture.Presets;
using Composer.Architecture.Primitives;
using Composer.Manifests.Binding;
using Composer.Manifests.Model;
using Composer.Manifests.Toml;

namespace Composer.Manifests.Tests;

/// <summary>What a primitive leaves open, as a table of its symbol in a shape.</summary>
public sealed class ShapeOptionsTests
{
    private static readonly PrimitiveRegistry Registry = PrimitiveRegistry.Default.With(new Sieve());

    [Fact]
    public void A_table_of_the_symbol_holds_the_options()
    {
        var (manifest, mistakes) = Bind("search.model = { dim = 64, T = { mesh = 3 } }");
        Assert.Empty(mistakes);
        Assert.Equal(SizePreset.SmallShape with { Dim = 64, Options = PrimitiveOptions.Empty.With('T', "mesh", 3) }, manifest.Search.Model);
        Assert.Null(SizePreset.SmallShape.Options);
        Assert.Equal(SizePreset.SmallShape, new ExperimentManifest().Search.Model);
    }

    [Theory]
    [InlineData("search.model.T.mesh = 0", "m.toml(1,23): error CMP0103: 'search.model.T.mesh' must be from 1 to 64, not 0.")]
    [InlineData("search.model.T.mehs = 4", "m.toml(1,16): error CMP0101: There is no key 'search.model.T.mehs'. Did you mean 'mesh'?")]
    [
        InlineData(
            "search.model.T = 4",
            "m.toml(1,18): error CMP0102: 'search.model.T' must be a table, not an integer. Write a table [search.model.T]."),
    ]
    [InlineData("search.model.A.mesh = 4", "m.toml(1,14): error CMP0101: There is no key 'search.model.A'. Did you mean 'C'?")]
    public void They_are_checked_against_the_primitives(string toml, string expected) => Assert.Equal([expected], Bind(toml).Mistakes);

    [Fact]
    public void Only_options_that_are_given_are_fields()
    {
        var shape = new ModelShape(64, 4, 2, 64);
        string[] widths = ["m.dim", "m.heads", "m.kv_heads", "m.hidden"];
        Assert.Equal(widths, ManifestFields.Of(shape, "m", null, Registry).Select(f => f.Path));
        var field = ManifestFields.Of(shape with { Options = PrimitiveOptions.Empty.With('T', "mesh", 3) }, "m", null, Registry)[^1];
        Assert.Equal(("m.T.mesh", "3", false), (field.Path, field.Value, field.IsDefault));
    }

    private static (ExperimentManifest Manifest, IEnumerable<string> Mistakes) Bind(string toml)
    {
        var problems = new Problems();
        var root = TomlReader.Read(Encoding.UTF8.GetBytes(toml), "m.toml").Root;
        return (new ManifestBinder(problems, complete: false, Registry).Bind(root), problems.Sorted.Select(d => d.ToString()));
    }

    private sealed class Sieve : Primitive
    {
        public override char Symbol => 'T';

        public override string Name => "sieve";

        public override IReadOnlyList<PrimitiveOption> Options { get; } = [new("mesh", 32, 8, 1, 64, "How fine it is.")];

        public override IReadOnlyList<PrimitiveTensor> Tensors(ModelShape shape) => [];

        public override long MixingFlopsPerToken(ModelShape shape, int sequenceLength) => 0;

        public override long CachedValues(ModelShape shape, int length) => 0;
    }
}
