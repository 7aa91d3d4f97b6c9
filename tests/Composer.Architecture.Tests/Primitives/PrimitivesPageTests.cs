using System.Globalization;
using System.Text;
using Composer.Architecture.Costs;
using Composer.Architecture.Presets;
using Composer.Architecture.Primitives;
using Composer.Core.Text;

namespace Composer.Architecture.Tests.Primitives;

/// <summary><c>docs/primitives.md</c> is what the registry and the presets say: every figure in it is computed.</summary>
public sealed class PrimitivesPageTests
{
    private const int SearchLength = 128;
    private const int LongLength = 8192;
    private static readonly ModelShape AtSize = SizePreset.All.Single(size => size.Name == "1B").Shape;

    [Fact]
    public void The_page_is_what_the_registry_says()
    {
        var page = new StringBuilder("""
            # Primitives

            A layer is x += primitive(RMSNorm(x)); an order says which primitive stands in each layer. A test makes this page of what the
            primitives say of themselves; the exact form of one, with its source, stands in the comments of its folder,
            `src/Composer.Training/Primitives/NAME/`, and `docs/CONTRIBUTING.md` says how to add one.

            ## Options

            `search.model = { dim = 32, …, W = { window = 8 } }` sets one for a search's candidates, `extrapolate.model` for what is
            trained at size. A width of 0 follows from the model's widths.

            | primitive | option | in a search | at size | range | what it is |
            | --- | --- | --- | --- | --- | --- |

            """);
        var all = PrimitiveRegistry.Default.All;
        foreach (var (primitive, option) in all.SelectMany(primitive => primitive.Options.Select(option => (primitive, option))))
        {
            page.Append(CultureInfo.InvariantCulture, $"| {primitive} | `{option.Name}` | {option.InSearch} | {option.AtSize} | ");
            page.Append(CultureInfo.InvariantCulture, $"{option.Least:N0} … {option.Most:N0} | {option.Description} |\n");
        }

        Costs(page, "A layer of a search's candidate", SizePreset.SmallShape, OptionDefaults.InSearch, SearchLength);
        Costs(page, "A layer at 1B", AtSize, OptionDefaults.AtSize, LongLength);
        page.Append("""

            "Active" are the parameters that a token goes through: operations and budgets count these, a model's size all. "Mixing" is what a
            token's training costs beside them, forward and backward. The cache is what a sequence of that length keeps while decoding, in
            bf16 as the paper counts it: what each token adds, and what is kept whatever the length. Both engines keep states in fp32.

            ## Published hybrids

            Their orders as presets: `composer architecture expand samba`, or `order = "samba"` of a baseline, which is scaled as what is
            found is. The order is theirs; layers and widths are ours.

            | preset | what repeats | the released model | its order | source | what its layers have beside |
            | --- | --- | --- | --- | --- | --- |

            """);
        foreach (var hybrid in HybridPresets.All)
        {
            page.Append(CultureInfo.InvariantCulture, $"| `{hybrid.Name}` | {hybrid.Pattern.Notation} | {hybrid.Model} | ");
            page.Append(CultureInfo.InvariantCulture, $"{hybrid.Published.Notation} | {hybrid.Source} | {hybrid.Differs} |\n");
        }

        new GoldenFile(Path.Join(CloneRoot.Path, "docs", "primitives.md")).Verify(page.ToString());
    }

    private static void Costs(StringBuilder page, string title, ModelShape widths, OptionDefaults defaults, int length)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\nWidth {widths.Dim}, {widths.Heads} heads, {widths.KvHeads} of keys ");
        page.Append(CultureInfo.InvariantCulture, $"and values, hidden {widths.Hidden}; sequences of {length}.\n\n");
        page.Append("""
            | primitive | what it is | parameters | active | mixing FLOPs a token | cache at that length | of it whatever the length |
            | --- | --- | --- | --- | --- | --- | --- |

            """);
        foreach (var primitive in PrimitiveRegistry.Default.All)
        {
            var shape = widths.CompletedFor([primitive.Symbol], defaults);
            var costs = ArchitectureCosts.Of(LayerSequence.FromSymbols(primitive.Symbol.ToString()), shape, 0);
            page.Append(CultureInfo.InvariantCulture, $"| {primitive} | {primitive.Name} | {costs.LayerParameters:N0} | ");
            page.Append(CultureInfo.InvariantCulture, $"{costs.ActiveLayerParameters:N0} | {primitive.MixingFlopsPerToken(shape, length):N0} | ");
            page.Append(CultureInfo.InvariantCulture, $"{BytesText.Of(costs.KvCacheBytes(length))} | {BytesText.Of(costs.ConstantCacheBytes())} |\n");
        }
    }
}
