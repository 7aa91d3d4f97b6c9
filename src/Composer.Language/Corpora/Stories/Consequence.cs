namespace Composer.Language.Corpora.Stories;

/// <summary>
/// A law of the stories' world: what is done to a thing, and what then happens to it. Slots: <c>{A}</c> who
/// does it, <c>{B}</c> somebody else, <c>{o}</c> the thing; others draw from <see cref="StoryLexicon"/>.
/// </summary>
/// <param name="Name">For tests and traces.</param>
/// <param name="Good">Whether one is glad about it.</param>
/// <param name="Things">What it can happen to.</param>
/// <param name="Causes">Sentence forms of what is done.</param>
/// <param name="Effects">Sentence forms of what happens then.</param>
internal sealed record Consequence(string Name, bool Good, string[] Things, string[] Causes, string[] Effects)
{
    /// <summary>All of them. No effect of one could follow the cause of another.</summary>
    public static IReadOnlyList<Consequence> All { get; } =
    [
        new("break", false, ["glass", "plate", "vase", "cup", "mirror", "bowl", "jar", "teapot", "bottle", "lamp", "saucer", "china doll"],
            ["{A} dropped the {o} on the hard floor.", "The {o} slipped out of {A}'s hands and hit the stones.", "{A} bumped the table, and the {o} fell off."],
            ["The {o} broke into many little pieces.", "The {o} cracked and broke.", "With a loud crash, the {o} broke."]),
        new("melt", false, ["ice cream", "snowman", "popsicle", "chocolate bar", "ice cube", "stick of butter", "snowball", "icicle"],
            ["{A} left the {o} in the hot sun.", "The sun was very hot, and {A} forgot the {o} outside.", "{A} put the {o} next to the warm stove."],
            ["The {o} melted into a puddle.", "Soon the {o} was soft and melted.", "The {o} dripped and melted away."]),
        new("sink", false, ["rock", "coin", "key", "spoon", "anchor", "brick", "bell", "hammer", "ring", "horseshoe", "pan"],
            ["{A} threw the {o} into the deep water.", "The {o} fell out of {A}'s boat into the lake.", "{A} dropped the {o} from the bridge into the river."],
            ["The {o} sank to the bottom.", "Down, down went the {o}, and it sank.", "With a splash, the {o} sank."]),
        new("float away", false, ["balloon", "party balloon", "paper lantern", "soap bubble", "airship"],
            ["{A} let go of the {o} for a moment.", "{A} opened one hand, and the {o} was free.", "{A} could not hold on to the {o} any more."],
            ["The {o} floated up into the sky.", "Up, up went the {o}, over the clouds.", "Slowly the {o} floated away above the roofs."]),
        new("blow away", false, ["hat", "leaf", "map", "letter", "sheet of paper", "feather", "napkin", "cap", "ticket", "newspaper", "handkerchief"],
            ["A strong wind came while {A} held the {o}.", "The wind pulled at the {o} in {A}'s hand.", "{A} put down the {o} on a very windy hill."],
            ["The wind blew the {o} away.", "The {o} flew over the fence with the wind.", "A gust carried the {o} far away."]),
        new("roll away", false, ["ball", "orange", "marble", "tire", "wheel", "barrel", "hoop", "snow globe", "melon", "coconut"],
            ["{A} put the {o} at the top of a steep hill.", "{A} kicked the {o} down the slope.", "On the steep road, {A} let go of the {o}."],
            ["The {o} rolled all the way down.", "Faster and faster rolled the {o}.", "The {o} rolled to the bottom of the hill."]),
        new("get wet", false, ["coat", "book", "sweater", "teddy bear", "backpack", "pillow", "jacket", "tent", "mattress", "wool hat"],
            ["{A} left the {o} outside, and it began to rain.", "{A} carried the {o} through the heavy rain.", "Dark clouds came, and it rained on {A}'s {o}."],
            ["The {o} got all wet.", "Soon the {o} was soaked.", "Water dripped from the {o}."]),
        new("get dirty", false, ["shirt", "dress", "skirt", "sock", "shoe", "rug", "towel", "tablecloth", "costume", "raincoat"],
            ["{A} fell into the mud with the {o}.", "{A} jumped into the mud and splashed the {o}.", "{A} dragged the {o} through the muddy yard."],
            ["The {o} was brown and dirty.", "The {o} was full of mud.", "Big muddy spots covered the {o}."]),
        new("grow", true, ["seed", "bean", "tulip", "sunflower", "rose", "pumpkin plant", "tree", "carrot", "bush", "vine"],
            ["{A} put the {o} in the ground and gave it water.", "Each morning {A} watered the {o} in the garden.", "{A} planted the {o} in good soil."],
            ["The {o} grew tall and strong.", "After many days the {o} grew new leaves.", "The {o} grew a little every day."]),
        new("fall over", false, ["block tower", "sand castle", "pile of books", "stack of cups", "bike", "card house", "scarecrow", "statue", "snow fort"],
            ["{A} ran into the {o} by mistake.", "A big dog jumped against the {o} of {A}.", "{A} put too much on top of the {o}."],
            ["The {o} fell over with a bang.", "The {o} tipped and came crashing down.", "The {o} shook and fell down."]),
        new("get stuck", false, ["kite", "frisbee", "toy plane", "paper plane", "arrow", "shuttlecock", "boomerang"],
            ["{A} threw the {o} high into the big tree.", "The {o} of {A} flew right into the branches.", "{A} made the {o} fly too near the old oak."],
            ["The {o} got stuck in the tree.", "The {o} stayed up between the branches.", "The {o} hung on a branch, too high to reach."]),
        new("tear", false, ["picture", "poster", "card", "paper bag", "net", "curtain", "page", "comic book", "paper crown"],
            ["{A} pulled the {o} much too hard.", "{A} and {B} both pulled on the {o}.", "{A} caught the {o} on a sharp nail."],
            ["The {o} tore in two.", "The {o} ripped down the middle.", "There was a long rip in the {o}."]),
        new("shine", true, ["trumpet", "crown", "medal", "window", "car", "kettle", "silver tray", "candlestick", "doorknob"],
            ["{A} rubbed the {o} with a soft cloth.", "{A} washed and wiped the {o}.", "{A} cleaned the {o} for an hour."],
            ["The {o} was clean and shiny again.", "The {o} shone like a star.", "The {o} sparkled in the light."]),
        new("spill", false, ["milk", "juice", "soup", "paint", "tea", "lemonade", "sugar", "flour", "ink"],
            ["{A} bumped into the table with the {o} on it.", "{A} ran too fast with the {o}.", "{A} poured the {o} without looking."],
            ["The {o} spilled all over the floor.", "The {o} ran over the edge of the table.", "The {o} splashed everywhere."]),
        new("burn", false, ["cake", "bread", "pie", "pizza", "toast", "roast", "bun", "sausage"],
            ["{A} left the {o} in the oven too long.", "{A} forgot the {o} over the fire.", "{A} played outside while the {o} was baking."],
            ["The {o} was black and burned.", "The {o} burned and smelled of smoke.", "Smoke came from the burned {o}."]),
        new("wake", false, ["baby", "puppy", "kitten", "lion", "owl", "dragon", "giant", "piglet", "foal"],
            ["{A} shouted next to the sleeping {o}.", "{A} banged a drum while the {o} slept.", "The {o} was asleep, but {A} sang loudly."],
            ["The {o} woke up and looked around.", "The {o} opened its eyes and yawned.", "The {o} woke and made a grumpy sound."]),
        new("run away", false, ["rabbit", "squirrel", "deer", "lizard", "mouse", "hare", "fawn", "chicken"],
            ["{A} jumped out at the wild {o}.", "{A} ran toward the shy {o}.", "{A} clapped and scared the {o}."],
            ["The {o} ran away as fast as it could.", "The {o} hopped away in fear.", "The {o} hid deep in the bushes."]),
        new("be eaten", false, ["sandwich", "cookie", "pancake", "muffin", "cheese", "cupcake", "apple", "donut"],
            ["{A} left the {o} next to a hungry goat.", "A hungry dog saw the {o} of {A}.", "{A} put the {o} where the hungry birds were."],
            ["The {o} was eaten in one bite.", "Nothing but crumbs was left of the {o}.", "The {o} was gone, every bit of it eaten."]),
        new("freeze", false, ["puddle", "pond", "bucket of water", "lake", "fountain", "stream"],
            ["The night was icy, and {A} looked at the {o}.", "It was the coldest night, and {A} thought of the {o}.", "Snow fell, and frost came to {A}'s {o}."],
            ["The {o} turned into ice.", "By morning the {o} was frozen hard.", "Ice covered the {o}."]),
        new("play", true, ["music box", "radio", "clock", "toy robot", "piano", "record player"],
            ["{A} turned the little handle of the {o}.", "{A} pressed the button of the {o}.", "{A} wound up the {o} with a key."],
            ["The {o} began to play a song.", "A sweet tune came from the {o}.", "The {o} made lovely music."]),
        new("open", true, ["chest", "gate", "drawer", "treasure box", "suitcase", "safe"],
            ["{A} put the key in the lock of the {o}.", "{A} said the secret word to the {o}.", "{A} found the right key for the {o}."],
            ["The {o} opened with a click.", "Slowly the {o} opened.", "The lid of the {o} swung open."]),
        new("pop", false, ["beach ball", "bubble", "rubber duck", "air mattress", "water balloon"],
            ["{A} poked the {o} with a pin.", "The {o} of {A} touched a sharp thorn.", "{A} sat down hard on the {o}."],
            ["The {o} popped with a loud bang.", "All the air went out of the {o}.", "The {o} burst at once."]),
    ];
}
