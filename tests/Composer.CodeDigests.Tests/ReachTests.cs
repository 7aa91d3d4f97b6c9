using Composer.CodeDigests.Model;

namespace Composer.CodeDigests.Tests;

/// <summary>A digest changes with what its computation can reach, and with nothing else.</summary>
public sealed class ReachTests(ITestOutputHelper output)
{
    private static readonly int Each = Soak.IsOn ? 50 : 5;

    /// <summary>
    /// Each change is held against every root and every part: of 5 that they reach, and of 5 that they do not; of 50 at length.
    /// </summary>
    [Fact]
    public void A_changed_method_changes_the_digests_of_those_that_reach_it_and_no_other()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var units = Product.Table.Model.Types.SelectMany(t => t.Members).Where(u => Mutation.IsPossible(u) && !NamesAPart(u)).ToArray();
        var chosen = new HashSet<Unit>();
        foreach (var (_, reached) in Product.Reached.OrderBy(r => r.Value.Count))
        {
            Fill(reached.Contains);
            Fill(u => !reached.Contains(u));
        }

        Parallel.ForEach(chosen.Select(u => (Unit: u, File: Mutation.Of(u, random)))
            .ToArray(), new ParallelOptions { MaxDegreeOfParallelism = 2 }, change =>
        {
            var digests = Product.With(change.File);
            var reach = Product.Reached.Where(r => r.Value.Contains(change.Unit)).Select(r => r.Key).ToHashSet();
            var changed = digests.Where(d => d.Value != Product.Digests[d.Key]).Select(d => d.Key).ToHashSet();
            var (silent, stray) = (string.Join(", ", reach.Except(changed)), string.Join(", ", changed.Except(reach)));
            Assert.True(reach.SetEquals(changed), $"{change.Unit}: reached without a change from {silent}; changed without reach {stray}");
        });
        output.WriteLine($"{units.Length} members, {Product.Table.Model.UnitCount} units in all, {chosen.Count} changed");
        foreach (var (name, reached) in Product.Reached)
        {
            var inside = chosen.Count(reached.Contains);
            output.WriteLine($"{name}: {reached.Count} units, {inside} changed in reach, {chosen.Count - inside} beyond");
        }

        void Fill(Func<Unit, bool> wanted)
        {
            var candidates = units.Where(wanted).ToArray();
            random.Shuffle(candidates);
            foreach (var unit in candidates.Where(u => !chosen.Contains(u)).Take(Math.Max(0, Each - chosen.Count(wanted))))
            {
                chosen.Add(unit);
            }
        }
    }

    /// <summary>Another name for a part makes it another part.</summary>
    private static bool NamesAPart(Unit unit) =>
        Product.Table.Markings.Registries.Any(r => r.NamedBy == unit.Name && r.Base is not null && unit.Type.Lineage.Contains(r.Base));

    /// <summary>What was in no digest when folders were listed by hand.</summary>
    [Theory]
    [InlineData("CandidateResult.ScoreAfter", "root search")]
    [InlineData("PretrainComputation.ComputeAsync", "root pretrain")]
    [InlineData("LmEvalComputation.ComputeAsync", "root lm-eval")]
    [InlineData("TorchEngine.HardwarePolicy", "part ITrainingEngine torch")]
    [InlineData("InContextRecallTask.Create", "part MadTask noisy-in-context-recall")]
    [InlineData("TrialAggregator.Aggregate", "root aggregate")]
    [InlineData("CandidateEvaluation.Run", "root evaluate")]
    [InlineData("CandidateEvaluation.Run", "root search")]
    [InlineData("AttentionForm.Symbol", "part PrimitiveForm A")]
    [InlineData("Pretrainer.Run", "root pretrain")]
    public void Reaches(string unit, string from) =>
        Assert.Contains(Product.Table.Model.Types.SelectMany(t => t.Members).Where(u => u.ToString() == unit), Product.Reached[from]
        .Contains);

    [Theory]
    [InlineData("Composer.Cli")]
    [InlineData("Composer.Agents")]
    [InlineData("Composer.Store")]
    [InlineData("Composer.MSBuild")]
    public void Nothing_of_a_front_door_or_of_the_store_is_reached(string project) =>
        Assert.Empty(Product.Reached.SelectMany(r => r.Value.Where(u => u.Type.Project == project).Select(u => $"{r.Key}: {u}")));

    [Fact]
    public void Only_the_page_is_of_the_report_s_code() => Assert.Equal(
        ["root report"], Product.Reached.Where(r => r.Value.Any(u => u.Type.Project == "Composer.Reporting")).Select(r => r.Key));

    [Fact]
    public void No_computation_reaches_a_task_a_primitive_or_an_engine_that_it_does_not_name()
    {
        var parts = Product.Table.Markings.Registries.Where(r => r.Base is not null).SelectMany(r => r.Parts.Values).SelectMany(p => p)
            .Select(p => p.Type).ToHashSet();
        Assert.True(parts.Count >= 14, $"{parts.Count} parts");
        Assert.Empty(Product.Table.Roots.SelectMany(r => r.Value.Types.Where(parts.Contains).Select(t => $"{r.Key}: {t.Path}")));
    }
}
