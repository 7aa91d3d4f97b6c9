using System.Text;
using Composer.Core;

namespace Composer.Language.Corpora.Stories;

/// <summary>Simulates one story's world and writes it down as it goes. Use once.</summary>
internal sealed class StoryBuilder(Rng rng)
{
    private const int Choices = 4;

    // Each ends where the holder's name follows.
    private static readonly string[] WhoHasItForms = ["Now the {o} was with", "So the one who had the {o} was", "In the end the {o} belonged to"];

    private readonly StringBuilder text = new();
    private readonly List<StoryHook> hooks = [];
    private readonly List<Character> cast = [];
    private readonly Dictionary<string, Character> holders = new(StringComparer.Ordinal);
    private string place = "";

    private enum Scene
    {
        Consequence,
        Need,
        Possession,
        Movement,
        Encounter,
    }

    public Story Build(StoryHookKind? required)
    {
        Open(required == StoryHookKind.WhoHasIt || rng.NextBool(0.6) ? 3 : 2);
        foreach (var scene in Plan(required))
        {
            Play(scene);
        }

        Close();
        return new Story(text.ToString(), hooks);
    }

    private List<Scene> Plan(StoryHookKind? required)
    {
        var scenes = new List<Scene>();
        for (var left = rng.NextInt(2, 5); left > 0; left--)
        {
            var draw = rng.NextInt(20);
            scenes.Add(draw < 6 ? Scene.Consequence
                : draw < 12 ? Scene.Need
                : draw < 17 && cast.Count >= 3 ? Scene.Possession
                : draw < 19 ? Scene.Movement
                : Scene.Encounter);
        }

        if (required is { } kind)
        {
            var scene = kind switch
            {
                StoryHookKind.WhatHappened => Scene.Consequence,
                StoryHookKind.WhoHasIt => Scene.Possession,
                _ => Scene.Need,
            };
            if (!scenes.Contains(scene))
            {
                scenes[rng.NextInt(scenes.Count)] = scene;
            }
        }

        return scenes;
    }

    private void Play(Scene scene)
    {
        switch (scene)
        {
            case Scene.Consequence:
                PlayConsequence();
                break;
            case Scene.Need:
                PlayNeed();
                break;
            case Scene.Possession:
                PlayPossession();
                break;
            case Scene.Movement:
                PlayMovement();
                break;
            default:
                PlayEncounter();
                break;
        }
    }

    private void Open(int people)
    {
        var main = NewCharacter(animal: rng.NextBool(0.25));
        Say(rng.NextInt(4) switch
        {
            0 => "Once upon a time, there was {a trait} {kind} named {A}.",
            1 => "There was once {a trait} {kind} called {A}.",
            2 => "{A} was {a trait} {kind} who lived {home}.",
            _ => "One {weather} {time}, {a trait} {kind} named {A} woke up early.",
        }, main);
        if (rng.NextBool(0.35))
        {
            Say(rng.NextInt(3) switch
            {
                0 => "{A} lived {home}.",
                1 => "{A} loved to play {game}.",
                _ => "{A} liked {color} things and the {season} best.",
            }, main);
        }

        for (var i = 1; i < people; i++)
        {
            var animal = rng.NextBool(0.3);
            var friend = NewCharacter(animal);
            Say(animal
                ? Pick("{A} had {a trait} {bkind} named {B}.", "With {A} lived {a trait} {bkind} called {B}.", "{B} the {bkind} was {A}'s friend.")
                : Pick("{A} had a friend named {B}.", "{A}'s best friend was {B}.", "{B} lived next to {A}.", "{A} often played with {B}."), main, friend);
        }

        place = Draw("place");
        Say(Pick(
            "One {weather} {time}, they went to the {place}.",
            "On {weekday} they all met at the {place}.",
            "They liked to be at the {place} in the {season}.",
            "That {time} they walked to the {place} together."), main);
    }

    private void Close()
    {
        var (a, b) = TwoOf();
        Say(Pick(
            "In the end, {A} and {B} were {happy}.",
            "{A} smiled, and {B} smiled too.",
            "They went home, and it had been a good {time}.",
            "{A} learned to be more careful next time.",
            "{A} told {his} {relative} all about it.",
            "It was {a time} that {A} would never forget.",
            "From then on, {A} and {B} were the best of friends.",
            "And {A} slept well that night."), a, b);
    }

    private void PlayConsequence()
    {
        var law = Pick(Consequence.All);
        var (a, b) = TwoOf();
        var thing = Pick(law.Things);
        Say(Pick("{A} had {a look} {o}.", "There was {a color} {o} at the {place}.", "{A} saw {a look} {o} there.", "{B} showed {A} {a look} {o}."), a, b, thing);
        Say(Pick(law.Causes), a, b, thing);
        var wrong = Others(Consequence.All, law).Select(other => Fill(Pick(other.Effects), a, b, thing)).ToArray();
        Ask(StoryHookKind.WhatHappened, Fill(Pick(law.Effects), a, b, thing), wrong);
        if (rng.NextBool(0.7))
        {
            Say(law.Good
                ? Pick("{A} was {happy}.", "\"How wonderful!\" said {B}.", "{A} clapped and danced.")
                : Pick("{A} was {sad}.", "\"Oh no!\" said {A}.", "{B} said, \"Do not be {sad}, {A}.\"", "{A} began to cry."), a, b);
        }
    }

    private void PlayNeed()
    {
        var law = Pick(Need.All);
        var (a, b) = TwoOf();
        Say(Pick(law.Problems), a, b);
        var wrong = Others(Need.All, law).Select(other => Fill(Pick(other.Actions), a, b)).ToArray();
        Ask(StoryHookKind.WhatNext, Fill(Pick(law.Actions), a, b), wrong);
        if (rng.NextBool(0.4))
        {
            Say(Pick("Then {A} felt much better.", "{A} was {happy} again.", "\"Well done,\" said {B}.", "{B} nodded and smiled at {A}."), a, b);
        }
    }

    /// <summary>
    /// A thing goes through one to three pairs of hands. Each holder is drawn evenly from the others, so that
    /// neither the order of introduction nor that of mention tells who has it at the end.
    /// </summary>
    private void PlayPossession()
    {
        var thing = DrawThing();
        var holder = Pick(cast);
        Say(Pick("{A} had {a look} {o}.", "{A} found {a color} {o} under the {spot}.", "{A} brought {a look} {o} along.", "{A} got {a color} {o} from {his} {relative}."), holder, other: null, thing);
        holders[thing] = holder;
        for (var moves = rng.NextInt(1, 4); moves > 0; moves--)
        {
            var (from, to) = (holder, Pick(cast.FindAll(c => c != holder)));
            Say(rng.NextInt(6) switch
            {
                0 => "{A} gave the {o} to {B}.",
                1 => "{B} took the {o} from {A}.",
                2 => "{B} wanted the {o}, so {A} gave it away.",
                3 => "{A} handed {B} the {o}.",
                4 => "{B} asked {A} for the {o} and got it.",
                _ => "{A} let {B} have the {o}.",
            }, from, to, thing);
            holder = to;
            holders[thing] = to;
            if (rng.NextBool(0.25))
            {
                Say(Pick("{A} was {happy}.", "{A} looked at the {place}.", "{A} laughed."), Pick(cast));
            }

            if (moves > 1 && rng.NextBool(0.6))
            {
                Say($"{Pick(WhoHasItForms)} {{A}}.", to, other: null, thing);
            }
        }

        var answer = holders[thing];
        Say(Pick(WhoHasItForms), answer, other: null, thing);
        Ask(StoryHookKind.WhoHasIt, $"{answer.Name}.", [.. cast.Where(c => c != answer).Select(c => $"{c.Name}.")]);
        if (rng.NextBool(0.4))
        {
            Say(Pick("{A} kept it safe.", "{A} said, \"Thank you!\"", "{A} played with it for a long time."), answer);
        }
    }

    private void PlayMovement()
    {
        var (a, b) = TwoOf();
        var from = place;
        do
        {
            place = Draw("place");
        }
        while (place == from);

        Say(Pick(
            "After that, they left the " + from + " and went to the {place}.",
            "{A} and {B} ran to the {place}.",
            "Then {A} said, \"Let us go to the {place}!\"",
            "Soon they came to the {place}.",
            "The road took them to the {place}.",
            "{A} rode a bike to the {place}, and {B} followed."), a, b);
        if (rng.NextBool(0.5))
        {
            Say(Pick(
                "The {place} was full of {color} flowers.",
                "At the {place} they played {game}.",
                "It was {weather} at the {place}.",
                "{B} liked the {place} very much.",
                "They ate {a food} at the {place}."), a, b);
        }
    }

    private void PlayEncounter()
    {
        var (a, b) = TwoOf();
        Say(Pick(
            "They met {helper}, who waved at {B}.",
            "{A} saw {a color} {creature} on {a plant}.",
            "{A Creature} sat on the {spot} and watched {A}.",
            "{A} picked {a color} {plant} for {B}.",
            "{A} sang a song about {a creature}.",
            "\"Look, {a creature}!\" said {A}.",
            "\"Do you like {meal}?\" asked {B}.",
            "{A} told {B} a story about {a animal} and {a creature}."), a, b);
        if (rng.NextBool(0.5))
        {
            Say(Pick("{B} laughed.", "{A} was {happy}.", "\"How nice!\" said {B}.", "They talked about it for a while.", "Then it was quiet again."), a, b);
        }
    }

    private Character NewCharacter(bool animal)
    {
        Character character;
        do
        {
            var female = rng.NextBool(0.5);
            character = animal
                ? new Character(Pick(StoryLexicon.AnimalNames), Draw("animal"), female)
                : new Character(Pick(female ? StoryLexicon.Girls : StoryLexicon.Boys), female ? "girl" : "boy", female);
        }
        while (cast.Exists(c => c.Name == character.Name));

        cast.Add(character);
        return character;
    }

    private string DrawThing()
    {
        string thing;
        do
        {
            thing = Draw("toy");
        }
        while (holders.ContainsKey(thing));

        return thing;
    }

    private (Character A, Character B) TwoOf()
    {
        var first = rng.NextInt(cast.Count);
        var second = (first + 1 + rng.NextInt(cast.Count - 1)) % cast.Count;
        return (cast[first], cast[second]);
    }

    /// <summary>As many other laws as there are wrong choices, all different.</summary>
    private List<T> Others<T>(IReadOnlyList<T> all, T right)
        where T : class
    {
        var others = new List<T>();
        while (others.Count < Choices - 1)
        {
            var candidate = Pick(all);
            if (candidate != right && !others.Contains(candidate))
            {
                others.Add(candidate);
            }
        }

        return others;
    }

    private void Ask(StoryHookKind kind, string right, string[] wrong)
    {
        hooks.Add(new StoryHook(kind, text.Length, right, wrong));
        text.Append(' ').Append(right);
    }

    private void Say(string template, Character actor, Character? other = null, string thing = "")
    {
        if (text.Length > 0)
        {
            text.Append(' ');
        }

        text.Append(Fill(template, actor, other, thing));
    }

    private T Pick<T>(IReadOnlyList<T> items) => items[rng.NextInt(items.Count)];

    private string Pick(params string[] items) => items[rng.NextInt(items.Length)];

    private string Draw(string list) => Pick(StoryLexicon.Lists[list]);

    private string Fill(string template, Character actor, Character? other = null, string thing = "")
    {
        var filled = new StringBuilder(template.Length + 32);
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] != '{')
            {
                filled.Append(template[i]);
                continue;
            }

            var close = template.IndexOf('}', i);
            filled.Append(Slot(template[(i + 1)..close], actor, other, thing));
            i = close;
        }

        return filled.ToString();
    }

    private string Slot(string slot, Character actor, Character? other, string thing) => slot switch
    {
        "A" => actor.Name,
        "B" => other!.Name,
        "o" => thing,
        "he" => actor.Subject,
        "him" => actor.Object,
        "his" => actor.Possessive,
        "kind" => actor.Kind,
        "bkind" => other!.Kind,
        "place" => place.Length > 0 ? place : Draw("place"),
        "A Creature" => Article(Draw("creature"), 'A'),
        _ when slot.StartsWith("a ", StringComparison.Ordinal) => Article(Draw(slot[2..]), 'a'),
        _ => Draw(slot),
    };

    private static string Article(string word, char letter)
    {
        var vowel = word[0] is 'a' or 'e' or 'i' or 'o' or 'u';
        return vowel ? $"{letter}n {word}" : $"{letter} {word}";
    }
}
