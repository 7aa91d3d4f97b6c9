namespace Composer.Training.Profiling;

/// <summary>A part from where it begins to the end of a <c>using</c>; two comparisons with null where nobody measures.</summary>
internal readonly ref struct PartScope
{
    private readonly PartClock? clock;
    private readonly PassPart? outer;

    public PartScope(PartClock? clock, PassPart part) => (this.clock, outer) = (clock, clock?.Enter(part));

    public void Dispose() => clock?.Leave(outer);
}
