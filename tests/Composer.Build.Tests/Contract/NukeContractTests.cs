namespace Composer.Build.Tests.Contract;

/// <summary>
/// Build.cs compiles against two packages. <c>tests/data/nuke-contract.txt</c> lists the members of NUKE that it
/// may use, as Nuke.Common 10.1.0 declares them; whoever needs more adds lines, from NUKE's own signatures.
/// </summary>
public class NukeContractTests
{
    private static readonly SortedSet<string> Contract = new(
        File.ReadAllLines(Path.Join(Clone.Root, "tests", "data", "nuke-contract.txt")).Where(line => line.Length > 0 && line[0] != '#'),
        StringComparer.Ordinal);

    [Fact]
    public void The_build_uses_nothing_beyond_the_contract()
    {
        var used = NukeMembers.UsedBy(Path.Join(Clone.BuildFolder, "_build.dll"));

        Assert.Contains("Nuke.Common.NukeBuild..ctor() : Void", used);
        Assert.Empty(used.Except(Contract));
    }

    [Fact]
    public void The_standin_offers_the_contract_and_nothing_else() =>
        Assert.Equal(Contract.AsEnumerable(), NukeMembers.DeclaredBy(typeof(Nuke.Common.NukeBuild).Assembly.Location));

    [Fact]
    public void The_package_that_the_build_was_compiled_with_declares_the_contract()
    {
        var declared = Directory.GetFiles(Clone.BuildFolder, "Nuke.*.dll").SelectMany(NukeMembers.DeclaredBy);
        Assert.Empty(Contract.Except(declared));
    }
}
