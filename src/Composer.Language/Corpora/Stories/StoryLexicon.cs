namespace Composer.Language.Corpora.Stories;

/// <summary>The words of the stories' world, by the name of the slot that draws from them.</summary>
internal static class StoryLexicon
{
    public static string[] Girls { get; } = Words(
        "Mia Lily Anna Emma Sara Lucy Ella Nora Rosa Zoe Amy Ivy Ruby Molly Daisy Kate Clara Jane Lena Tess Maya Hana Julia Grace "
        + "Alice Nina Polly Sophie Wendy Olive Hazel Penny Betty Carla Dora Edith Fiona Greta Heidi Iris Josie Kira Lola Mabel "
        + "Nelly Opal Paula Queenie Rita Stella Tina Ursula Violet Winnie Yara Zelda");

    public static string[] Boys { get; } = Words(
        "Tom Ben Max Sam Tim Leo Jack Finn Noah Adam Luke Dan Joe Bob Oscar Hugo Theo Paul Nick Eric Felix Owen Peter Ravi Omar Jonas "
        + "Kenji Marco Pablo Ali Barney Carl David Edgar Frank George Henry Ian Jacob Kevin Louis Martin Nathan Otto Percy Quinn "
        + "Robert Simon Toby Victor Walter Xavier Yusuf Zack");

    public static string[] AnimalNames { get; } = Words(
        "Spot Fluffy Max Coco Biscuit Pepper Buddy Ginger Pip Rusty Snowy Bingo Waffles Nibbles Shadow Patch Muffin Scout Bubbles "
        + "Pickle Whiskers Hopper Tiny Button Maple Noodle Sunny Teddy Dusty Pumpkin");

    /// <summary>Lists that any template may draw from, as <c>{food}</c> or, with its article, <c>{a food}</c>.</summary>
    public static IReadOnlyDictionary<string, string[]> Lists { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["trait"] = Words(
            "little happy kind brave clever curious funny quiet shy gentle cheerful friendly lively careful playful smart young polite "
            + "stubborn helpful noisy silly proud truthful patient dreamy busy lucky messy sleepy"),
        ["color"] = Words("red blue green yellow white black brown pink purple orange silver golden gray"),
        ["look"] = Words(
            "big small tiny shiny old new pretty round soft special lovely strange huge wooden beautiful heavy light striped spotted smooth "
            + "fancy dusty bright plain rare simple long short magic favorite"),
        ["animal"] = Words(
            "dog cat rabbit bear fox mouse duck pig pony frog owl squirrel turtle hen goat sheep cow donkey monkey hedgehog badger beaver "
            + "otter raccoon penguin parrot hamster deer elephant kangaroo"),
        ["creature"] = Words(
            "bird butterfly snail bee ladybug ant worm fish crow swan robin sparrow lizard dragonfly cricket spider beetle moth goose pigeon "
            + "woodpecker seagull caterpillar grasshopper toad crab"),
        ["food"] = Words(
            "apple sandwich banana pancake cookie carrot pear muffin pretzel bun tomato potato peach plum waffle bagel biscuit cracker omelet "
            + "noodle dumpling melon cupcake strawberry sausage"),
        ["meal"] = Words("soup bread rice cheese porridge stew salad pasta pizza toast yogurt jam honey cereal pudding fruit corn"),
        ["drink"] = Words("water milk juice tea lemonade cocoa"),
        ["game"] = ["hide and seek", "tag", "a card game", "a guessing game", "catch", "jump rope", "pirates", "school", "chess", "leapfrog", "hopscotch", "a race", "knights and dragons"],
        ["weather"] = Words("sunny rainy windy cloudy snowy foggy warm cold cool bright chilly stormy misty frosty"),
        ["time"] = Words("morning afternoon evening day night noon"),
        ["season"] = Words("spring summer autumn winter"),
        ["weekday"] = Words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
        ["spot"] = Words(
            "bed table chair tree bench bush rock sofa bridge stairs shelf rug box basket log fence door window wagon cart desk ladder porch "
            + "haystack boat stove cupboard blanket swing slide"),
        ["relative"] = Words("mom dad grandma grandpa aunt uncle brother sister teacher neighbor cousin"),
        ["helper"] = ["the farmer", "the baker", "the doctor", "the driver", "the old man", "the old woman", "the gardener", "the postman", "the nurse", "the fisherman", "the shepherd", "the painter", "the carpenter", "the librarian", "the policeman", "the cook"],
        ["plant"] = Words("flower daisy tulip rose sunflower mushroom clover vine fern lily poppy bluebell cactus"),
        ["happy"] = Words("happy glad proud excited cheerful joyful pleased delighted"),
        ["sad"] = Words("sad upset sorry unhappy worried gloomy disappointed"),
        ["place"] =
        [
            "park", "garden", "beach", "forest", "farm", "zoo", "school", "market", "lake", "river", "hill", "playground", "library", "kitchen",
            "barn", "meadow", "village", "castle", "museum", "pond", "cave", "island", "bakery", "station", "harbor", "attic", "cellar", "yard",
            "orchard", "valley", "mountain", "toy store", "hospital", "church", "theater", "circus", "mill", "field", "desert", "tower",
            "greenhouse", "workshop", "swamp", "treehouse", "backyard", "fair", "stable", "lighthouse", "town square", "waterfall",
        ],
        ["home"] =
        [
            "in a small house by the lake", "in a tall house in the city", "on a farm near the woods", "in a cottage on a hill",
            "in a little village", "near the sea", "next to a big forest", "in a red house with a garden", "at the end of a long road",
            "in a flat above the bakery", "close to the river", "beside an old mill", "under the high mountains", "across from the school",
        ],
        ["toy"] = Words(
            "ball doll truck kite drum puzzle robot whistle yo-yo puppet marble train scooter balloon flute bell key map book shell feather "
            + "button ribbon lantern crayon hat scarf ring coin medal stone basket bucket shovel torch necklace bracelet watch compass "
            + "magnet rope cup spoon flag mask card ticket letter pencil brush umbrella blanket pillow comb mirror box jar"),
    };

    private static string[] Words(string text) => text.Split(' ');
}
