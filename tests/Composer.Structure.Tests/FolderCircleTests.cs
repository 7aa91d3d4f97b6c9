namespace Composer.Structure.Tests;

/// <summary>
/// Inside a project no two folders name each other's types, by whatever way around. A folder is one with all below it; files
/// beside the project file belong to none.
/// </summary>
public sealed class FolderCircleTests
{
    /// <summary>Names a type of folder B, so that any use of it there closes a circle.</summary>
    private const string InA = """
        namespace P.A;
        class InA : System.Attribute
        {
            public const int Number = 1;
            B.InB? b;
            public class Nested { public static object Make() => new(); }
        }
        static class Extensions { public static void Extended(this int number) { _ = typeof(B.InB); } }
        """;

    [Fact]
    public void No_folders_of_a_project_form_a_circle()
    {
        (string, string)[] files = [.. Clone.Sources("src").Select(f => (f.Path["src/".Length..], string.Join('\n', f.Lines)))];
        var circles = FolderUse.Circles(FolderUses.In(files)).GroupBy(u => $"{u.Project}: {u.From} → {u.To}");
        Assert.Empty(circles.Select(c => $"{c.First()} ({c.Count()} in all)"));
    }

    [Fact]
    public void Folders_that_name_each_other_are_a_circle() => Assert.Equal(
        ["P: A → B, A.cs names InB", "P: B → C, B.cs names InC", "P: C → A, C.cs names InA"],
        CirclesIn(
            ("P/A/A.cs", "using P.B; namespace P.A; class InA { InB? b; }"),
            ("P/B/B.cs", "namespace P.B; class InB { object c = new C.InC(); }"),
            ("P/C/C.cs", "using P.A; namespace P.C; class InC { void F(List<InA[]> a) { } }"),
            ("P/D/D.cs", "using P.A; namespace P.D; class InD { InA? a; }")));

    [Theory]
    [InlineData("class InB : InA { }")]
    [InlineData("class InB { int x = InA.Number; }")]
    [InlineData("class InB { object x = InA.Nested.Make(); }")]
    [InlineData("[InA] class InB { }")]
    [InlineData("class InB { string x = $\"{typeof(InA)}\"; }")]
    [InlineData("class InB { string x = nameof(InA); }")]
    [InlineData("class InB { void F() => 1.Extended(); }")]
    [InlineData("class InB { void F() { List<InA>? a = null; } }")]
    [InlineData("class InB { void F<T>() where T : InA { } }")]
    public void Every_way_to_name_a_type_counts(string used) => Assert.NotEmpty(
        CirclesIn(("P/A/A.cs", InA), ("P/B/B.cs", "using P.A; namespace P.B; " + used)));

    [Theory]
    [InlineData("class InB { /* InA */ } // InA")]
    [InlineData("/// <summary><see cref=\"InA\"/></summary>\nclass InB { }")]
    [InlineData("class InB { string x = \"InA\"; }")]
    [InlineData("class InB { int InA { get; } void F() => G(InA: InA); void G(int InA) { } }")]
    [InlineData("class InB<InA> { InA? x; }")]
    [InlineData("class InB { class InA { } InA? x; }")]
    [InlineData("class InB { P.C.InA? x; }")]
    public void What_only_looks_like_a_type_of_another_folder_does_not_count(string used) => Assert.Empty(
        CirclesIn(("P/A/A.cs", InA), ("P/C/C.cs", "namespace P.C; class InA { }"), ("P/B/B.cs", "using P.A; namespace P.B; " + used)));

    [Fact]
    public void Files_beside_the_project_file_and_other_projects_are_no_folders() => Assert.Empty(CirclesIn(
        ("P/A/A.cs", InA),
        ("P/P.cs", "using P.A; namespace P; class InP { InA? a; B.InB? b; }"),
        ("P/B/B.cs", "namespace P.B; class InB { InP? p; }"),
        ("Q/B/B.cs", "using P.A; namespace Q.B; class InQ { InA? a; }")));

    [Fact]
    public void Folder_is_one_with_all_below_it() => Assert.Equal(2, CirclesIn(
        ("P/A/Deep/A.cs", "namespace P.A.Deep; class InA { B.Deeper.InB? b; }"),
        ("P/B/Deeper/B.cs", "namespace P.B.Deeper; class InB { P.A.Deep.InA? a; }")).Count());

    private static IEnumerable<string> CirclesIn(params (string Path, string Text)[] files) =>
        FolderUse.Circles(FolderUses.In(files)).Select(u => u.ToString());
}
